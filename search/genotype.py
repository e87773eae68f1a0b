"""A student's architecture as a value."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Literal

from search.task import Task

Block = Literal["dense", "depthwise", "basic"]


def sides(kernel: int | str) -> tuple[int, int]:
    """Height and width of a kernel, such as 3 or "10x4". Raises ValueError."""
    if isinstance(kernel, int):
        return kernel, kernel
    height, cross, width = kernel.partition("x")
    if not (cross and height.isdecimal() and width.isdecimal()):
        raise ValueError(f"a kernel is {kernel!r}: it must be a side such as 3, or height and width such as 10x4")
    return int(height), int(width)


@dataclass(frozen=True, kw_only=True)
class Stage:
    """`depth` equal blocks; only the first of them applies the stride."""

    block: Block
    width: int
    depth: int
    kernel: int
    expansion: int
    stride: int
    residual: bool
    projection: bool = False
    """A residual block whose input and output differ in shape adds a 1 x 1 convolution of its input."""


@dataclass(frozen=True, kw_only=True)
class Genotype:
    """An architecture: stem, stages, and a head of mean pooling and one dense layer that ends in logits.

    A record leaves out what is not there: a lower resolution, a wider head, projections.
    """

    input_shape: tuple[int, int, int]
    """Height, width and channels of one input."""
    classes: int
    downscale: int = 1
    """Height and width of the image are divided by it, by mean pooling, before anything else."""
    stem_width: int
    stem_kernel: int | str
    """Side of a square, or height and width such as 10x4."""
    stem_stride: int
    stages: tuple[Stage, ...]
    head_width: int = 0
    """Channels of a 1 x 1 convolution before the mean pooling; 0 is none."""

    def to_json(self) -> str:
        """Canonical JSON: equal genotypes give equal text."""
        record = asdict(self)
        # As before there were the choices, so that a network keeps its key.
        if self.downscale == 1:
            del record["downscale"]
        if self.head_width == 0:
            del record["head_width"]
        for stage in record["stages"]:
            if not stage["projection"]:
                del stage["projection"]
        return json.dumps(record, sort_keys=True, separators=(",", ":"))

    def to_record(self) -> dict:
        """As JSON values."""
        return json.loads(self.to_json())

    @classmethod
    def from_record(cls, record: dict) -> "Genotype":
        """The inverse of `to_record`."""
        stages = tuple(Stage(**stage) for stage in record["stages"])
        return cls(**{**record, "input_shape": tuple(record["input_shape"]), "stages": stages})

    @property
    def task(self) -> Task:
        """The input shape and classes alone."""
        return Task(input_shape=self.input_shape, classes=self.classes)

    @property
    def key(self) -> str:
        """Twelve hexadecimal digits that name this architecture."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:12]

    def __str__(self) -> str:
        def describe(stage: Stage) -> str:
            marks = f"k{stage.kernel}e{stage.expansion}s{stage.stride}{'r' if stage.residual else ''}"
            marks += "p" if stage.projection else ""
            return f"{stage.block} {stage.depth}x{stage.width} {marks}"

        stem = f"stem {self.stem_width} k{self.stem_kernel}s{self.stem_stride}"
        if self.downscale > 1:
            stem = f"downscale {self.downscale}, {stem}"
        head = [f"head {self.head_width}"] if self.head_width else []
        return " | ".join([stem, *map(describe, self.stages), *head])
