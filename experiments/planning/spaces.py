"""Budgets by name, and spaces that suit a size of input and a budget."""

from dataclasses import replace
from typing import Literal

from deploy.budget import Budget
from search.space import Space

Preset = Literal["tiny", "small", "phone"]
BUDGETS: dict[Preset, Budget] = {
    "tiny": Budget(size_bytes=32_768, macs=10_000_000),
    "small": Budget(size_bytes=131_072, macs=30_000_000),
    "phone": Budget(size_bytes=1_048_576, macs=300_000_000),
}
"""Budgets by what they are for: a microcontroller, a part of an app, an app of its own."""
PHOTOGRAPH_SIDE = 48
"""From which on colour pictures are photographs of things that may be mirrored, cut and turned."""
_LARGE_SIDE = 96
"""Beyond which multiplications grow with a picture's area."""


def preset_budget(preset: Preset, side: int) -> Budget:
    """The budget of a preset, for pictures of a side in pixels."""
    budget = BUDGETS[preset]
    assert budget.macs is not None
    return replace(budget, macs=round(budget.macs * max(1.0, side / _LARGE_SIDE) ** 2))


def picture_space(side: int, preset: Preset) -> Space:
    """Strides bring the map down to a few pixels, whatever the picture's size; a small budget has no wide students."""
    widths = {
        "tiny": (8, 16, 24, 32, 48),
        "small": (16, 24, 32, 48, 64, 96, 128),
        "phone": (16, 24, 32, 40, 64, 80, 96, 112, 160, 192, 320),
    }[preset]
    if side <= 16:
        return Space(stem_widths=(8, 16), stages=(1, 2, 3), widths=widths)
    if side < PHOTOGRAPH_SIDE:
        return Space(
            stem_widths=(8, 16, 24),
            stem_strides=(1, 2),
            stages=(2, 3, 4),
            blocks=("basic", "dense", "depthwise"),
            widths=widths,
            projections=(False, True),
        )
    # MobileNetV2 and EfficientNet-Lite0 are points of the largest.
    large = preset == "phone"
    return Space(
        stem_widths=(16, 24, 32) if large else (8, 16, 24),
        stem_strides=(2,),
        stages=(4, 5, 6, 7) if large else (3, 4, 5),
        blocks=("basic", "dense", "depthwise"),
        widths=widths,
        depths=(1, 2, 3, 4) if large else (1, 2),
        expansions=(1, 3, 6) if large else (1, 2, 4),
        projections=(False, True),
        head_widths=(0, 320, 1280) if large else (0,),
    )


def text_space(preset: Preset) -> Space:
    """Few layers over a row of tokens; most weights are in the first, which has an input for each feature."""
    widths = {"tiny": (16, 24, 32, 48), "small": (16, 24, 32, 48, 64, 96), "phone": (32, 48, 64, 96, 128, 192)}[preset]
    return Space(
        stem_widths=widths[:-1],
        stem_kernels=(1, 2, 3),
        stages=(1, 2),
        blocks=("basic", "dense", "depthwise"),
        widths=widths,
        kernels=(1, 3, 5),
        expansions=(1, 2),
        projections=(False, True),
    )
