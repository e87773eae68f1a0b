"""The space of architectures that a search may propose."""

from dataclasses import dataclass, fields
from typing import get_args

from search.genotype import Block, sides


@dataclass(frozen=True, kw_only=True)
class Space:
    """The choices for each part of a student. Every combination is a model that tfmot can quantize."""

    downscales: tuple[int, ...] = (1,)
    """Divisors of the image's height and width, by mean pooling, before anything else: the resolution."""
    stem_widths: tuple[int, ...] = (8, 16)
    """Channels of the first convolution."""
    stem_kernels: tuple[int | str, ...] = (3,)
    """Kernel of the first convolution: the side of a square, or height and width such as 10x4."""
    stem_strides: tuple[int, ...] = (1,)
    """Stride of the first convolution."""
    stages: tuple[int, ...] = (1, 2, 3)
    """Number of stages."""
    blocks: tuple[Block, ...] = ("dense", "depthwise")
    """Kinds of block: dense and depthwise have one convolution over space; basic is ResNet's, of two."""
    widths: tuple[int, ...] = (8, 16, 24, 32, 48, 64)
    """Output channels of a stage."""
    depths: tuple[int, ...] = (1, 2)
    """Blocks in a stage."""
    kernels: tuple[int, ...] = (3, 5)
    """Kernel of a block's spatial convolution."""
    expansions: tuple[int, ...] = (1, 2, 4)
    """Hidden channels of a block per input channel; 1 has no hidden layer."""
    strides: tuple[int, ...] = (1, 2)
    """Stride of a stage's first block."""
    residuals: tuple[bool, ...] = (True, False)
    """With True, blocks of equal input and output shape add their input."""
    projections: tuple[bool, ...] = (False,)
    """With True, residual blocks of another output shape add a 1 x 1 convolution of their input (He 2016, option B)."""
    head_widths: tuple[int, ...] = (0,)
    """Channels of a 1 x 1 convolution between the last stage and the mean pooling; 0 is none."""

    def __post_init__(self):
        for field in fields(self):
            choices = getattr(self, field.name)
            if not choices:
                raise ValueError(f"space.{field.name} is empty: give at least one choice")
            if field.name == "blocks" and not set(choices) <= set(get_args(Block)):
                raise ValueError(f"space.blocks is {choices}: the kinds are {', '.join(get_args(Block))}")
            least = 0 if field.name == "head_widths" else 1
            if field.name not in ("blocks", "residuals", "projections") and min(map(_least, choices)) < least:
                raise ValueError(f"space.{field.name} is {choices}: each choice must be {least} or more")


def _least(choice: int | str) -> int:
    """The smaller side of a kernel, or the choice itself."""
    return min(sides(choice))
