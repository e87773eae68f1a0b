"""An experiment for data that a user brings: space, augmentation, teacher and training by their kind and size."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from distill.distillation import Distillation
from distill.recipe import Recipe
from distill.teacher import Teacher
from distill.views.augmentation import Augmentation
from experiments.data.decoder_of import decoder_of
from experiments.data.settings import Data
from experiments.data.sources.open import open_source
from experiments.errors import UserError
from experiments.experiment import Experiment, Finalists, Refine
from experiments.planning.spaces import BUDGETS, PHOTOGRAPH_SIDE, Preset, picture_space, preset_budget, text_space
from experiments.teachers.presets import quick_teacher
from search.settings import Search

_SMALL_SET, _SHOWN_TO_TEACHER, _SHOWN_TO_STUDENT = 5_000, 120_000, 40_000


@dataclass(frozen=True, kw_only=True)
class Derived:
    """An experiment, and the reasons for its choices."""

    experiment: Experiment
    reasons: tuple[str, ...]


def name_of(dataset: str) -> str:
    """The name of the experiment of a data set: letters, digits, `_` and `-` of its last part."""
    path = Path(dataset).resolve()
    last = dataset if ".py:" in dataset or not path.exists() else path.name if path.is_dir() else path.stem
    return re.sub(r"[^A-Za-z0-9_-]+", "_", last).strip("_") or "data"


def derived(data: Data, preset: str = "small") -> Derived:
    """The experiment of a data set.

    Args:
        preset: the budget, a name of BUDGETS.

    Raises:
        UserError: it cannot be opened, or there is no such budget.
    """
    if preset not in BUDGETS:
        raise UserError(f"--preset is {preset}: it must be {', '.join(BUDGETS)}")
    preset, name = cast(Preset, preset), name_of(data.dataset)
    if Path(data.dataset).exists():
        # The same from any working directory.
        data = replace(data, dataset=str(Path(data.dataset).resolve()))
    if data.unlabelled is not None:
        data = replace(data, unlabelled=str(Path(data.unlabelled).expanduser().resolve()))
    source = open_source(data)
    decoder = decoder_of(source, data)
    height, width, channels = decoder.shape
    examples, side = len(source.splits["train"]()), min(height, width)
    if source.kind == "image" and not source.published:
        data = replace(data, image_size=(height, width))
    if examples < _SMALL_SET and data.validation_fraction == Data.validation_fraction:
        data = replace(data, validation_fraction=0.15)
    is_text = source.kind == "text"
    photograph = source.kind == "image" and channels == 3 and side >= PHOTOGRAPH_SIDE
    epochs = _bounded(_SHOWN_TO_STUDENT / examples, 3, 20)
    budget = preset_budget(preset, side)
    experiment = Experiment(
        name=name,
        data=data,
        augmentation=_augmentation(side, photograph),
        teacher=quick_teacher(
            width=32, epochs=_bounded(_SHOWN_TO_TEACHER / examples, 12, 60), batch_size=128 if examples > 1_000 else 32
        ),
        views=8,
        space=picture_space(side, preset),
        budget=budget,
        search=Search(trials=24, epochs=(epochs, 3 * epochs), survivors=(6,)),
        student=_recipe(examples),
        distillation=Distillation(student_loss_weight=0.1),
        refine=Refine(students=1, epochs=8 * epochs, recipe=_recipe(examples)),
        finalists=Finalists(count=2, prune_epochs=2 * epochs, qat_epochs=2 * epochs),
    )
    if is_text:
        # Mixed and shortened texts cost a linear teacher nothing, and keep students from knowing the few by heart.
        mixed = Augmentation(drop_columns=0.1, roll_channels=0.1, cutmix_alpha=1.0)
        teacher = Teacher(source=("ngrams",))
        experiment = replace(experiment, augmentation=mixed, teacher=teacher, views=32, space=text_space(preset))
    limits = ", ".join(f"{name} {limit:,.0f}" for name, limit in budget.limits().items())
    kind = {"audio": "clips of sound", "text": "texts"}.get(source.kind, "photographs" if photograph else "pictures")
    return Derived(
        experiment=experiment,
        reasons=(
            f"{examples:,} {kind} of {len(source.classes):,} classes, as "
            + (f"{width} tokens of {channels} features" if is_text else f"{height}x{width}x{channels}"),
            f"budget {limits} (--preset {', '.join(BUDGETS)}, or --budget.size-bytes and others)",
            "views lack one token in ten, have one in ten that was never seen, and are put together of two texts; a "
            "linear model of words teaches"
            if is_text
            else "views are cut, turned and mirrored, as photographs; --augmentation.no-flip where sides matter"
            if photograph
            else f"the first second of each clip is heard, at {data.sample_rate:,} samples a second"
            if source.kind == "audio"
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


def _recipe(examples: int) -> Recipe:
    return Recipe(learning_rate=4e-3, batch_size=128 if examples >= _SMALL_SET else 32, precision="measured")


def _bounded(value: float, least: int, most: int) -> int:
    return round(min(max(value, least), most))
