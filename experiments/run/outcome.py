"""Results that the stages of a run hand on: scored students, finalists, and the run's outcome."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from deploy.compress.choice import best_file
from deploy.cost import Source
from deploy.devices.latency import Latency
from search.trial import TrialResult

if TYPE_CHECKING:
    from typing_extensions import Self


@dataclass(frozen=True, kw_only=True)
class FileScore:
    """Figures of a student's int8 file as it is, without quantization-aware training."""

    kind: ClassVar[str] = "scored"

    trial: str
    file_validation_accuracy: float
    size_bytes: int
    latency_ms: float
    """Measured, where the device can measure a new file; predicted from a table."""
    keeps_budget: bool

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        return {field.name: getattr(self, field.name) for field in fields(FileScore)}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "FileScore":
        """The inverse of `to_record`."""
        return FileScore(**{field.name: record[field.name] for field in fields(FileScore)})


@dataclass(frozen=True, kw_only=True)
class Scored(FileScore):
    """A student of the last rung with the score of its file."""

    result: TrialResult

    @classmethod
    def of(cls, result: TrialResult, score: FileScore) -> "Self":
        """A student's result beside its file's score."""
        return cls(result=result, **score.to_record())

    def objectives(self) -> tuple[bool, float, float, float]:
        """Error, latency and bytes, each to be small; what breaks the budget is behind all that keeps it."""
        return (not self.keeps_budget, 1 - self.file_validation_accuracy, self.latency_ms, self.size_bytes)


@dataclass(frozen=True, kw_only=True)
class Finalist:
    """A file of a student that was compressed, converted and measured, with the verdict of its proof."""

    kind: ClassVar[str] = "finalist"

    name: str
    """Of the file, and of the folder of its bundle."""
    trial: str
    run_id: str
    """Of its own MLflow run."""
    compression: str
    validation_accuracy: float
    """Of the file."""
    drop: float
    """Points of validation accuracy that the file lost against its float student."""
    test_accuracy: float
    """Of the file, on the whole test split."""
    size_bytes: int
    gzip_bytes: int
    latency_ms: float
    latency_source: Source
    latency: Latency | None
    """None where the device could not measure the file."""
    macs: int
    device: str
    """Name of the device that the latency is of."""
    sparsity: float
    """Share of zeros among the weights in the file."""
    sha256: str
    proven: bool
    failed_checks: tuple[str, ...]
    genotype: str
    """In words."""

    def objectives(self) -> tuple[float, float, float]:
        """Error on validation, latency and bytes, each to be small."""
        return (1 - self.validation_accuracy, self.latency_ms, self.size_bytes)

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Finalist":
        """The inverse of `to_record`."""
        # Earlier versions had one file of each trial.
        values = {field.name: record[field.name] for field in fields(cls) if field.name != "name"}
        values["name"] = record.get("name", record["trial"])
        values["latency"] = record["latency"] and Latency.from_record(record["latency"])
        values["failed_checks"] = tuple(record["failed_checks"])
        return cls(**values)


def bundle_folder(run: Path, name: str) -> Path:
    """The folder of a finalist's bundle in the folder of its run."""
    return run / "finalists" / name


class Recordable(Protocol):
    """A value that has JSON values."""

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        ...


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The end of a run: its finalists, at least one of them proven."""

    experiment: str
    run_id: str
    """Of the experiment's MLflow run."""
    finalists: tuple[Finalist, ...]
    """Best validation accuracy first."""
    trials: int
    seconds: float
    """Of the launch that finished the run."""
    already_finished: bool = False
    """By an earlier launch."""
    folder: Path | None = None
    """Of the run; None in the run's own journal, which moves with its folder."""
    baselines: Recordable | None = None
    """Comparison of the search with its baselines; None where there was none, and in the journal."""

    @property
    def winner(self) -> Finalist:
        """The file that ships, of those that passed their proof, chosen on validation."""
        return best_file([finalist for finalist in self.finalists if finalist.proven])

    def to_record(self) -> dict[str, Any]:
        """As JSON values, without what is None."""
        finalists = [{"kind": Finalist.kind, **finalist.to_record()} for finalist in self.finalists]
        winner = {"kind": Finalist.kind, **self.winner.to_record()}
        folder = None if self.folder is None else str(self.folder)
        baselines = None if self.baselines is None else self.baselines.to_record()
        replaced = {"finalists": finalists, "winner": winner, "folder": folder, "baselines": baselines}
        record = {**vars(self), **replaced}
        return {name: value for name, value in record.items() if value is not None}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Outcome":
        """The inverse of `to_record`, but for the comparison."""
        names = {field.name for field in fields(cls)} - {"baselines"}
        values = {name: record[name] for name in names if name in record}
        values["finalists"] = tuple(Finalist.from_record(finalist) for finalist in record["finalists"])
        values["folder"] = Path(record["folder"]) if "folder" in record else None
        return cls(**values)
