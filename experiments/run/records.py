"""Records of a run's journal, each a value; those of trials and proposals are of the search."""

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar

from experiments.run.outcome import Outcome
from search.genotype import Genotype

if TYPE_CHECKING:
    from typing_extensions import Self


@dataclass(frozen=True, kw_only=True)
class _Plain:
    """A record whose fields are JSON values."""

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Self":
        """The inverse of `to_record`."""
        return cls(**{field.name: record[field.name] for field in fields(cls)})


@dataclass(frozen=True, kw_only=True)
class RunBegun(_Plain):
    """The experiment's MLflow run was started."""

    kind: ClassVar[str] = "run"

    run_id: str


@dataclass(frozen=True, kw_only=True)
class PrecisionMeasured(_Plain):
    """The precision that a short measurement chose."""

    kind: ClassVar[str] = "precision"

    what: str
    """The models that are trained in it: a teacher's name, or students."""
    precision: str


@dataclass(frozen=True, kw_only=True)
class TeacherEpoch(_Plain):
    """An epoch of a teacher's training."""

    kind: ClassVar[str] = "teacher_epoch"

    teacher: str
    epoch: int
    metrics: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class TeacherReady(_Plain):
    """The teacher and its bank are ready."""

    kind: ClassVar[str] = "teacher"

    validation_accuracy: float
    bank: str
    """Address of the bank."""


@dataclass(frozen=True, kw_only=True)
class Start:
    """Genotypes that the search tries first."""

    kind: ClassVar[str] = "start"

    genotypes: tuple[Genotype, ...]

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        return {"genotypes": [genotype.to_record() for genotype in self.genotypes]}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Start":
        """The inverse of `to_record`."""
        return cls(genotypes=tuple(Genotype.from_record(genotype) for genotype in record["genotypes"]))


@dataclass(frozen=True, kw_only=True)
class TrialRun(_Plain):
    """The MLflow run of a trial."""

    kind: ClassVar[str] = "trial_run"

    trial: str
    run_id: str


@dataclass(frozen=True, kw_only=True)
class Refusals(_Plain):
    """Proposals that were drawn again, counted by cause."""

    kind: ClassVar[str] = "refusals"

    causes: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Finished:
    """The run is finished."""

    kind: ClassVar[str] = "finished"

    outcome: Outcome

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        return {"outcome": self.outcome.to_record()}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Finished":
        """The inverse of `to_record`."""
        return cls(outcome=Outcome.from_record(record["outcome"]))


@dataclass(frozen=True, kw_only=True)
class Failed(_Plain):
    """A launch ended in an error."""

    kind: ClassVar[str] = "failed"

    error: str


@dataclass(frozen=True, kw_only=True)
class Interrupted(Failed):
    """A launch was ended by Ctrl-C or SIGTERM."""

    kind: ClassVar[str] = "interrupted"


@dataclass(frozen=True, kw_only=True)
class BaselineJudged(_Plain):
    """The test accuracy of a baseline's chosen file."""

    kind: ClassVar[str] = "baseline judged"

    trial: str
    test_accuracy: float
