"""A case of weight sharing and its two searches: students that start from a supernet, and students from scratch."""

from dataclasses import dataclass
from typing import Any, ClassVar

from experiments.experiment import Experiment
from search.genotype import Genotype
from search.settings import Search


@dataclass(frozen=True, kw_only=True)
class Case:
    """An experiment, and the two searches that are compared; the supernets were chosen with seed 100."""

    experiment: Experiment
    scratch: Search
    shared: Search
    """It ends, at the latest, when it has taken as long as the other."""


@dataclass(frozen=True, kw_only=True)
class TimedTrial:
    """A student of a search."""

    genotype: Genotype
    accuracy: float
    """On validation."""
    size_bytes: int
    """Estimated."""
    seconds: float
    """CPU-seconds from the search's start to the training's end, the supernet's included."""

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        figures = dict(accuracy=self.accuracy, size_bytes=self.size_bytes, seconds=self.seconds)
        return dict(genotype=self.genotype.to_record(), **figures)

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "TimedTrial":
        """The inverse of `to_record`."""
        return cls(**{**record, "genotype": Genotype.from_record(record["genotype"])})


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Both searches of a seed, under a key of all that decides them."""

    kind: ClassVar[str] = "pair"

    key: str
    case: str
    seed: int
    scratch: tuple[TimedTrial, ...]
    shared: tuple[TimedTrial, ...]
    supernet_seconds: float
    untrained: tuple[float, ...]
    """Accuracies of the students from scratch as they would inherit, without training."""

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        return dict(
            key=self.key,
            case=self.case,
            seed=self.seed,
            scratch=[trial.to_record() for trial in self.scratch],
            shared=[trial.to_record() for trial in self.shared],
            supernet_seconds=self.supernet_seconds,
            untrained=list(self.untrained),
        )

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Pair":
        """The inverse of `to_record`."""
        return cls(
            key=record["key"],
            case=record["case"],
            seed=record["seed"],
            scratch=tuple(TimedTrial.from_record(trial) for trial in record["scratch"]),
            shared=tuple(TimedTrial.from_record(trial) for trial in record["shared"]),
            supernet_seconds=record["supernet_seconds"],
            untrained=tuple(record["untrained"]),
        )
