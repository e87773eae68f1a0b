"""The plan of a run in hours: the seconds of each stage, and the settings that fit into them."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar

from experiments.errors import UserError
from experiments.experiment import Experiment
from experiments.hours.rates import Rates

_SHARES = {"search": 0.25, "refine": 0.45, "deploy": 0.30}
"""Of the time that the first file, the teacher and the bank leave."""
_FIRST, _TEACHER, _BANK = 0.04, 0.2, 0.1
"""Shares of the hours: the first file; the most for training a teacher; the most for its bank, if that has a view."""
_MOST_FIRST_S = 60
FIRST_RUNG = 0.6
"""Share of the search for its first rung."""
_RANKING_STEPS = 200
"""Steps of training after which students can be ranked at all."""
_MOST_TRIALS, _FEWEST_TRIALS = 40, 4
_SURVIVORS = 4
"""One of so many goes on to the second rung."""
_EPOCHS_TO_THE_END = 150
"""A further student is refined where each then has so many epochs."""
_MOST_REFINED = 3
_FILES = 4
"""Of each finalist, as `Finalists` has them by default."""
_GROWN, _GROWING, _GROWN_EPOCHS = 5, 3, 60
"""Phases of a student that is grown and pruned, those of them that train it, and the epochs that make it worthwhile."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage of the plan."""

    name: str
    seconds: float
    work: str
    """In words."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The stages of a run in hours, and the settings that it gives an experiment."""

    kind: ClassVar[str] = "plan"

    hours: float
    rates: Rates
    stages: tuple[Stage, ...]
    teacher_epochs: int
    views: int
    """For the search."""
    refine_views: int
    trials: int
    rung_epochs: tuple[int, int]
    survivors: int
    refined: int
    """Students that are refined, and finalists."""
    refine_epochs: int
    """Of each, as far as that is known before."""
    compression_epochs: int
    """Of each phase of a finalist's compression."""
    grows: bool
    """A finalist's files include that of a student that is grown and pruned."""

    def applied(self, experiment: Experiment) -> Experiment:
        """The experiment with the settings of the plan."""
        teacher = experiment.teacher
        if self.teacher_epochs < teacher.epochs:
            # A teacher that is cut short may miss what it was to reach; it is still the best there is time for.
            teacher = replace(teacher, epochs=self.teacher_epochs, min_validation_accuracy=None)
        search = replace(
            experiment.search,
            aim=experiment.search.aim or "best",
            trials=self.trials,
            epochs=self.rung_epochs,
            survivors=(self.survivors,),
        )
        refine = replace(
            experiment.refine, students=self.refined, epochs=self.refine_epochs, hours=None, views=self.refine_views
        )
        finalists = replace(
            experiment.finalists,
            count=self.refined,
            prune_epochs=self.compression_epochs,
            qat_epochs=self.compression_epochs,
            grow=experiment.finalists.grow if self.grows else 1.0,
        )
        return replace(experiment, teacher=teacher, views=self.views, search=search, refine=refine, finalists=finalists)

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Plan":
        """The inverse of `to_record`."""
        values = {name: record[name] for name in cls.__dataclass_fields__}
        values["rates"] = Rates(**record["rates"])
        values["stages"] = tuple(Stage(**stage) for stage in record["stages"])
        values["rung_epochs"] = tuple(record["rung_epochs"])
        return cls(**values)


def plan(experiment: Experiment, *, hours: float, examples: int, rates: Rates, elapsed_s: float, teachers: int) -> Plan:
    """Divide hours among the stages of a run.

    Args:
        examples: of the training split.
        elapsed_s: seconds of the hours that are over.
        teachers: nets that are to be trained before the bank is filled.

    Raises:
        UserError: the hours are too few for one student; the message says how many are needed.
    """
    total = 3600 * hours
    epoch_s = examples / rates.student_images_per_s
    compression_epoch_s = examples / rates.quantized_images_per_s
    view_s = examples / rates.bank_rows_per_s if rates.bank_rows_per_s else 0.0
    teacher_epoch_s = teachers * examples / rates.teacher_images_per_s if rates.teacher_images_per_s else 0.0

    teacher_epochs = experiment.teacher.epochs
    if teacher_epoch_s:
        teacher_epochs = max(1, min(teacher_epochs, int(_TEACHER * total / teacher_epoch_s)))
    views = max(1, min(experiment.views, int(_BANK * total / view_s))) if view_s else experiment.views
    first_s = rates.start_s + max(epoch_s, min(_FIRST * total, _MOST_FIRST_S)) + rates.file_s
    before_s = elapsed_s + first_s + teacher_epochs * teacher_epoch_s + views * view_s
    rest_s = total - before_s
    seconds = _shared(rest_s, experiment.refine.hours)
    one_training_s = rates.start_s + epoch_s
    needed = {
        "search": 2 * one_training_s,
        "refine": one_training_s,
        "deploy": rates.file_s + 2 * (rates.start_s + compression_epoch_s),
    }
    if any(seconds[name] < needed[name] for name in needed):
        least_s = before_s - first_s + rates.start_s + epoch_s + rates.file_s
        least_s += max(needed[name] / _SHARES[name] for name in needed)
        raise UserError(
            f"hours is {hours:g}, too few for one student: this experiment needs {_hours(least_s):g} or more on this "
            "machine; give more --hours"
        )

    ranking_epochs = math.ceil(_RANKING_STEPS * experiment.student.batch_size / examples)
    first_rung_s = FIRST_RUNG * seconds["search"]
    fitting = int(first_rung_s / (rates.start_s + ranking_epochs * epoch_s))
    trials = max(_FEWEST_TRIALS, min(_MOST_TRIALS, fitting))
    first_epochs = max(1, int((first_rung_s / trials - rates.start_s) / epoch_s))
    refined = max(1, min(_MOST_REFINED, int(seconds["refine"] / epoch_s / _EPOCHS_TO_THE_END)))
    survivors = max(refined, trials // _SURVIVORS)
    second_s = (1 - FIRST_RUNG) * seconds["search"] / survivors
    second_epochs = max(1, int((second_s - rates.start_s) / epoch_s))

    refine_views = views
    if view_s:
        refine_views = max(
            views, min(experiment.refine.views or experiment.views, int(_BANK * seconds["refine"] / view_s))
        )
    refine_s = (seconds["refine"] - (refine_views - views) * view_s) / refined - rates.start_s
    refine_epochs = max(1, int(refine_s / epoch_s))
    # A phase for int8, two for zeros and int8; five, three of them training, for a student that is grown and pruned.
    deploy_s = seconds["deploy"] / refined - _FILES * (rates.file_s + rates.start_s)
    grows = experiment.finalists.grow > 1 and _GROWING / (_GROWN + 3) * deploy_s >= _GROWN_EPOCHS * epoch_s
    compression_epochs = max(1, int(deploy_s / (3 + grows * _GROWN) / compression_epoch_s))
    stages = [Stage(name="start", seconds=elapsed_s, work="data, device, rates")]
    stages.append(Stage(name="first", seconds=first_s, work="a first proven file, trained on labels alone"))
    if teacher_epoch_s:
        stages.append(
            Stage(
                name="teacher", seconds=teacher_epochs * teacher_epoch_s, work=f"{teachers} x {teacher_epochs} epochs"
            )
        )
    if view_s:
        stages.append(Stage(name="bank", seconds=views * view_s, work=f"{views} views of {examples:,} examples"))
    stages += [
        Stage(
            name="search",
            seconds=seconds["search"],
            work=f"{trials} students of {first_epochs} epochs, {survivors} of {second_epochs} more",
        ),
        Stage(
            name="refine",
            seconds=seconds["refine"],
            work=f"{refined} of about {refine_epochs} epochs, {refine_views} views",
        ),
        Stage(
            name="deploy",
            seconds=seconds["deploy"],
            work=f"{refined} pruned and trained in int8{', grown and pruned' if grows else ''}, proven",
        ),
    ]
    return Plan(
        hours=hours,
        rates=rates,
        stages=tuple(stages),
        teacher_epochs=teacher_epochs,
        views=views,
        refine_views=refine_views,
        trials=trials,
        rung_epochs=(first_epochs, second_epochs),
        survivors=survivors,
        refined=refined,
        refine_epochs=refine_epochs,
        compression_epochs=compression_epochs,
        grows=grows,
    )


def _shared(seconds: float, refine_hours: float | None) -> dict[str, float]:
    """Seconds of search, refinement and deployment; refinement may have hours of its own."""
    if refine_hours is None:
        return {name: share * seconds for name, share in _SHARES.items()}
    others = 1 - _SHARES["refine"]
    rest = seconds - 3600 * refine_hours
    return {name: 3600 * refine_hours if name == "refine" else share / others * rest for name, share in _SHARES.items()}


def _hours(seconds: float) -> float:
    """Hours with a tenth to spare, rounded up to hundredths."""
    return math.ceil(110 * seconds / 3600) / 100
