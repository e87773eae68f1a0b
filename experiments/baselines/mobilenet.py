"""MobileNets for any map and budget: a fixed template, as wide as the budget allows. What people take without a search.

The stages are those of the papers (Howard 2017, MobileNetV1, table 1; Sandler 2018, MobileNetV2, table 2), up to where
a map would get smaller than 4 pixels; from 128 pixels on the stem halves it too, and the net is whole. Three things
differ: all widths are multiples of 8, V2 has no convolution after its last stage, and its first stage ends in ReLU.
"""

import math
from dataclasses import dataclass

from deploy.cost import StudentCost
from search.genotype import Genotype, Stage
from search.problem import Problem
from search.task import Task

_STEM_WIDTH = 32
_SMALLEST_MAP = 4
MULTIPLIERS = tuple(number / 128 for number in range(512, 0, -1))
"""Of all widths, widest first: each step changes at least a width of 1,024."""


@dataclass(frozen=True, kw_only=True)
class Template:
    """A family of nets that differ in width alone."""

    stages: tuple[tuple[int, int, int, int], ...]
    """Width, depth, stride and expansion of each."""
    residual: bool


TEMPLATES = {
    "mobilenet_v1": Template(
        stages=((64, 1, 1, 1), (128, 2, 2, 1), (256, 2, 2, 1), (512, 6, 2, 1), (1024, 2, 2, 1)), residual=False
    ),
    "mobilenet_v2": Template(
        stages=(
            (16, 1, 1, 1), (24, 2, 2, 6), (32, 3, 2, 6), (64, 4, 2, 6), (96, 3, 1, 6), (160, 3, 2, 6), (320, 1, 1, 6),
        ),
        residual=True,
    ),
}  # fmt: skip


def scaled(template: Template, multiplier: float, task: Task) -> Genotype:
    """The net of a template whose widths are those of the paper times the multiplier."""
    # A side of one pixel is that of a signal; it is not there to be halved.
    side = min((side for side in task.input_shape[:2] if side > 1), default=1)
    halvings = max(0, int(math.log2(side / _SMALLEST_MAP)))
    stages = []
    for width, depth, stride, expansion in template.stages:
        if sum(stage.stride == 2 for stage in stages) + (stride == 2) > halvings:
            break
        stages.append(
            Stage(
                block="depthwise",
                width=_rounded(width * multiplier),
                depth=depth,
                kernel=3,
                expansion=expansion,
                stride=stride,
                residual=template.residual,
            )
        )
    return Genotype(
        input_shape=task.input_shape,
        classes=task.classes,
        stem_width=_rounded(_STEM_WIDTH * multiplier),
        stem_kernel=3,
        stem_stride=2 if halvings > sum(stride == 2 for _, _, stride, _ in template.stages) else 1,
        stages=tuple(stages),
    )


def widest(template: Template, problem: Problem) -> tuple[Genotype, StudentCost] | None:
    """The net with the largest multiplier whose estimate keeps the budget; None where the narrowest breaks it."""
    for multiplier in MULTIPLIERS:
        verdict = problem.verdict(scaled(template, multiplier, problem.task))
        if not verdict.causes:
            return verdict.genotype, verdict.cost
    return None


def _rounded(width: float) -> int:
    return max(8, 8 * round(width / 8))
