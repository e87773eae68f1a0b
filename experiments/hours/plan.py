"""The plan of a run in hours, as a value: the seconds of each stage, and the settings that fit into them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, ClassVar

from experiments.experiment import Experiment
from experiments.hours.rates import Rates


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
    rung_epochs: tuple[int, ...]
    survivors: tuple[int, ...]
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
        if self.teacher_epochs < teacher.training.epochs:
            # A teacher that is cut short may miss what it was to reach; it is still the best there is time for.
            teacher = replace(teacher.lasting(self.teacher_epochs), min_validation_accuracy=None)
        search = replace(
            experiment.search,
            aim=experiment.search.aim or "best",
            trials=self.trials,
            epochs=self.rung_epochs,
            survivors=self.survivors,
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
        values = {field.name: record[field.name] for field in fields(cls)}
        values["rates"] = Rates(**record["rates"])
        values["stages"] = tuple(Stage(**stage) for stage in record["stages"])
        values |= {name: tuple(record[name]) for name in ("rung_epochs", "survivors")}
        return cls(**values)
