"""The hours of a run divided among its stages, before what they are used for."""

import math
from dataclasses import dataclass

from experiments.experiment import Experiment
from experiments.hours.rates import Rates

_SHORT = {"search": 0.12, "refine": 0.68, "deploy": 0.20}
_LONG = {"search": 0.17, "refine": 0.58, "deploy": 0.25}
"""Shares of the time that the first file, the teacher and the bank leave: where it is short for one student, most of it
trains one."""
_SHORT_EPOCHS, _LONG_EPOCHS = 100, 600
"""Epochs of a student that are a short time, and a long one; between them shares are in between."""
_FIRST, _TEACHER, _BANK = 0.04, 0.2, 0.1
"""Shares of the hours: the first file; the most for training a teacher; the most for its bank, if that has a view."""
_MOST_FIRST_S = 60
_SUPERNET_STUDENTS = 4
"""Trained in each step of a supernet, each taken for a student as others."""
FILES = 4
"""Of each finalist, as `Finalists` has them by default."""


@dataclass(frozen=True, kw_only=True)
class Durations:
    """Seconds of the units of work that a plan counts in; 0 is something that the run does not do."""

    epoch_s: float
    compression_epoch_s: float
    view_s: float
    teacher_epoch_s: float
    """Of all teachers."""
    heads_s: float
    """Of the features that the heads of all backbones are trained on, each example's once."""
    supernet_s: float
    """Of all its epochs."""

    @classmethod
    def of(cls, experiment: Experiment, rates: Rates, examples: int, teacher_examples: int) -> "Durations":
        """Those of a machine's speeds, for so many examples of a student's epoch and of all teachers'."""
        epoch_s, supernet_epochs = examples / rates.student_images_per_s, experiment.search.supernet_epochs
        view_s = examples / rates.bank_rows_per_s if rates.bank_rows_per_s else 0.0
        return cls(
            epoch_s=epoch_s,
            supernet_s=_SUPERNET_STUDENTS * supernet_epochs * epoch_s,
            compression_epoch_s=examples / rates.quantized_images_per_s,
            view_s=view_s,
            teacher_epoch_s=teacher_examples / rates.teacher_images_per_s if rates.teacher_images_per_s else 0.0,
            heads_s=experiment.teacher.count * view_s if experiment.teacher.backbone is not None else 0.0,
        )

    def teacher_s(self, epochs: int) -> float:
        """Seconds of the training of all teachers."""
        return self.heads_s + epochs * self.teacher_epoch_s


@dataclass(frozen=True, kw_only=True)
class Division:
    """Hours divided among the stages."""

    first_s: float
    teacher_epochs: int
    views: int
    seconds: dict[str, float]
    """Of search, refinement and deployment."""
    suffices: bool
    """Each has the time for one student."""


def divided(experiment: Experiment, hours: float, durations: Durations, rates: Rates, elapsed_s: float) -> Division:
    """Divide hours, of which some seconds are over."""
    total_s, teacher_epochs, views = 3600 * hours, experiment.teacher.training.epochs, experiment.views
    if durations.teacher_epoch_s:
        affordable = int((_TEACHER * total_s - durations.heads_s) / durations.teacher_epoch_s)
        teacher_epochs = max(1, min(teacher_epochs, affordable))
    if durations.view_s:
        views = views_in(_BANK * total_s, durations.view_s, experiment, most=views)
    first_s = rates.start_s + max(durations.epoch_s, min(_FIRST * total_s, _MOST_FIRST_S)) + rates.file_s
    before_s = elapsed_s + first_s + durations.teacher_s(teacher_epochs) + views * durations.view_s
    seconds = _shared(total_s - before_s, experiment.refine.hours, durations.epoch_s)
    training_s = rates.start_s + durations.epoch_s
    needed = {
        "search": durations.supernet_s + training_s,
        "refine": training_s,
        "deploy": FILES * rates.file_s + 3 * (rates.start_s + durations.compression_epoch_s),
    }
    return Division(
        first_s=first_s,
        teacher_epochs=teacher_epochs,
        views=views,
        seconds=seconds,
        suffices=all(seconds[name] >= needed[name] for name in needed),
    )


def views_in(seconds: float, view_s: float, experiment: Experiment, *, most: int) -> int:
    """Views that a bank fills in some seconds, at least one. The second of a mirrored pair costs nothing."""
    views = max(1, int(seconds / view_s))
    if experiment.augmentation.mirrored_pairs:
        views += views % 2
    return min(most, views)


def enough(experiment: Experiment, hours: float, durations: Durations, rates: Rates, elapsed_s: float) -> str:
    """The hours that suffice, in words; found by steps of a twentieth."""
    for step in range(1, 600):
        more = 1.05**step * hours
        if divided(experiment, more, durations, rates, elapsed_s).suffices:
            return f"{math.ceil(105 * more) / 100:g} or more"
    return "far more"


def _shared(seconds: float, refine_hours: float | None, epoch_s: float) -> dict[str, float]:
    """Seconds of search, refinement and deployment; refinement may have hours of its own."""
    length = (seconds / epoch_s - _SHORT_EPOCHS) / (_LONG_EPOCHS - _SHORT_EPOCHS)
    length = min(1.0, max(0.0, length))
    shares = {name: _SHORT[name] + length * (_LONG[name] - _SHORT[name]) for name in _SHORT}
    if refine_hours is None:
        return {name: share * seconds for name, share in shares.items()}
    others, rest = 1 - shares["refine"], seconds - 3600 * refine_hours
    return {name: 3600 * refine_hours if name == "refine" else share / others * rest for name, share in shares.items()}
