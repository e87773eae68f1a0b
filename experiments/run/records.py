"""Records of a run's journal, each a value; those of trials and proposals are of the search."""

from dataclasses import dataclass
from typing import Any, ClassVar

from experiments.run.outcome import Finalist, Outcome
from search.genotype import Genotype
from search.journal import PlainRecord
from search.trial import TrialResult


@dataclass(frozen=True, kw_only=True)
class RunBegun(PlainRecord):
    """The experiment's MLflow run was started."""

    kind: ClassVar[str] = "run"

    run_id: str


@dataclass(frozen=True, kw_only=True)
class PrecisionMeasured(PlainRecord):
    """The precision that a short measurement chose."""

    kind: ClassVar[str] = "precision"

    what: str
    """The models that are trained in it: a teacher's name, or students."""
    precision: str


@dataclass(frozen=True, kw_only=True)
class TeacherEpoch(PlainRecord):
    """An epoch of a teacher's training."""

    kind: ClassVar[str] = "teacher_epoch"

    teacher: str
    epoch: int
    metrics: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class TeacherReady(PlainRecord):
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
class TrialRun(PlainRecord):
    """The MLflow run of a trial."""

    kind: ClassVar[str] = "trial_run"

    trial: str
    run_id: str


@dataclass(frozen=True, kw_only=True)
class Refusals(PlainRecord):
    """Proposals that were drawn again, counted by cause."""

    kind: ClassVar[str] = "refusals"

    causes: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Refined:
    """A student that was trained to the end from one start."""

    kind: ClassVar[str] = "refined"

    start: str
    """continued from the search's weights, or anew."""
    result: TrialResult
    """Its rung is one more than the search's last."""

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        return {"start": self.start, "result": self.result.to_record()}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Refined":
        """The inverse of `to_record`."""
        return cls(start=record["start"], result=TrialResult.from_record(record["result"]))


@dataclass(frozen=True, kw_only=True)
class EarlyFile:
    """A proven file of a student that is not trained to the end, for whoever pulls while the run goes on."""

    kind: ClassVar[str] = "early file"

    finalist: Finalist

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        return {"finalist": self.finalist.to_record()}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "EarlyFile":
        """The inverse of `to_record`."""
        return cls(finalist=Finalist.from_record(record["finalist"]))


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
class Failed(PlainRecord):
    """A launch ended in an error."""

    kind: ClassVar[str] = "failed"

    error: str


@dataclass(frozen=True, kw_only=True)
class Interrupted(Failed):
    """A launch was ended by Ctrl-C or SIGTERM."""

    kind: ClassVar[str] = "interrupted"


@dataclass(frozen=True, kw_only=True)
class BaselineJudged(PlainRecord):
    """The test accuracy of a baseline's chosen file."""

    kind: ClassVar[str] = "baseline judged"

    trial: str
    test_accuracy: float
