"""An experiment for data that a user brings: space, augmentation, teacher and training by their kind and size."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from deploy.budget import Budget
from distill.distillation import Distillation
from distill.recipe import Recipe
from distill.teacher import Teacher
from distill.views.augmentation import Augmentation
from experiments.data.decoder_of import decoder_of
from experiments.data.settings import Data
from experiments.data.sources.open import open_source
from experiments.experiment import Experiment, Finalists, Refine
from experiments.teachers.presets import quick_teacher
from search.settings import Search
from search.space import Space

Preset = Literal["tiny", "small", "phone"]
BUDGETS: dict[Preset, Budget] = {
    "tiny": Budget(size_bytes=32_768),
    "small": Budget(size_bytes=131_072),
    "phone": Budget(size_bytes=1_048_576),
}
"""Budgets by what they are for: a microcontroller, a part of an app, an app of its own."""
_PHOTOGRAPH = 48
"""Sides from which on colour pictures are photographs of things that may be mirrored, cut and turned."""
_SMALL_SET, _SHOWN_TO_TEACHER, _SHOWN_TO_STUDENT = 5_000, 120_000, 40_000


@dataclass(frozen=True, kw_only=True)
class Derived:
    """An experiment, and the reasons for its choices."""

    experiment: Experiment
    reasons: tuple[str, ...]


def name_of(dataset: str) -> str:
    """The name of the experiment of a data set: letters, digits, `_` and `-` of its last part."""
    last = dataset if ".py:" in dataset or not Path(dataset).exists() else Path(dataset).resolve().stem
    return re.sub(r"[^A-Za-z0-9_-]+", "_", last).strip("_") or "data"


def derived(dataset: str, preset: Preset = "small") -> Derived:
    """The experiment of a data set.

    Args:
        dataset: as `Data.dataset` takes it.
        preset: the budget.

    Raises:
        UserError: it cannot be opened.
    """
    name = name_of(dataset)
    if Path(dataset).exists():
        # The same from any working directory.
        dataset = str(Path(dataset).resolve())
    data = Data(dataset=dataset)
    source = open_source(data)
    decoder = decoder_of(source, data)
    height, width, channels = decoder.shape
    examples, side = len(source.splits["train"]()), min(height, width)
    if source.kind == "image" and not source.published:
        data = replace(data, image_size=(height, width))
    if examples < _SMALL_SET:
        data = replace(data, validation_fraction=0.15)
    is_text = source.kind == "text"
    photograph = source.kind == "image" and channels == 3 and side >= _PHOTOGRAPH
    epochs = _bounded(_SHOWN_TO_STUDENT / examples, 3, 20)
    budget = BUDGETS[preset]
    experiment = Experiment(
        name=name,
        data=data,
        augmentation=Augmentation(drop_columns=0.1, cutmix_alpha=1.0) if is_text else _augmentation(side, photograph),
        teacher=Teacher(source=("ngrams",))
        if is_text
        else quick_teacher(
            width=32, epochs=_bounded(_SHOWN_TO_TEACHER / examples, 12, 60), batch_size=128 if examples > 1_000 else 32
        ),
        views=32 if is_text else 8,
        space=_text_space(preset) if is_text else _space(side, preset),
        budget=budget,
        search=Search(trials=24, epochs=(epochs, 3 * epochs), survivors=(6,)),
        student=_recipe(examples),
        distillation=Distillation(student_loss_weight=0.1),
        refine=Refine(students=1, epochs=8 * epochs, recipe=_recipe(examples)),
        finalists=Finalists(count=2, prune_epochs=2 * epochs, qat_epochs=2 * epochs),
    )
    limits = ", ".join(f"{name} {limit:,.0f}" for name, limit in budget.limits().items())
    kind = {"audio": "clips of sound", "text": "texts"}.get(source.kind, "photographs" if photograph else "pictures")
    return Derived(
        experiment=experiment,
        reasons=(
            f"{examples:,} {kind} of {len(source.classes):,} classes, as {height}x{width}x{channels}",
            f"budget {limits} (--preset {', '.join(BUDGETS)}, or --budget.size-bytes and others)",
            "views lack one in ten tokens and are put together of two texts; a linear model of words teaches"
            if is_text
            else "views are cut, turned and mirrored, as photographs; --augmentation.no-flip where sides matter"
            if photograph
            else f"views are shifted by up to {experiment.augmentation.translate_pixels} pixels, and never mirrored",
            f"{experiment.search.trials} students of {epochs} epochs, 6 of {3 * epochs} more, the best of "
            f"{experiment.refine.epochs}; --hours 1 divides an hour instead",
        ),
    )


def _augmentation(side: int, photograph: bool) -> Augmentation:
    shift = max(1, side // 12)
    if photograph:
        return Augmentation(translate_pixels=shift, flip=True, crop_min_area=0.6, rotate_degrees=10)
    return Augmentation(translate_pixels=shift)


def _space(side: int, preset: Preset) -> Space:
    """Strides bring the map down to a few pixels, whatever the picture's size; a small budget has no wide students."""
    widths = {
        "tiny": (8, 16, 24, 32, 48),
        "small": (16, 24, 32, 48, 64, 96, 128),
        "phone": (16, 24, 32, 40, 64, 80, 96, 112, 160, 192, 320),
    }[preset]
    if side <= 16:
        return Space(stem_widths=(8, 16), stages=(1, 2, 3), widths=widths)
    if side < _PHOTOGRAPH:
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


def _text_space(preset: Preset) -> Space:
    """Few layers over a row of tokens; most weights are in the first, which has an input for each feature."""
    widths = {"tiny": (16, 24, 32, 48), "small": (16, 24, 32, 48, 64, 96), "phone": (32, 48, 64, 96, 128, 192)}[preset]
    return Space(
        stem_widths=widths[:-1],
        stem_kernels=(1, 2, 3),
        stages=(1, 2),
        blocks=("basic", "dense", "depthwise"),
        widths=widths,
        expansions=(1, 2),
        projections=(False, True),
    )


def _recipe(examples: int) -> Recipe:
    return Recipe(learning_rate=4e-3, batch_size=128 if examples >= _SMALL_SET else 32, precision="measured")


def _bounded(value: float, least: int, most: int) -> int:
    return round(min(max(value, least), most))
