"""The comparison of a search with its baselines, as values."""

from dataclasses import asdict, dataclass
from typing import Any, NamedTuple


class Difference(NamedTuple):
    """A difference of test accuracies, paired by seed, with its 95 % t-interval."""

    mean: float
    low: float
    high: float

    def points(self) -> str:
        """In points, with the interval."""
        mean, low, high = (100 * value for value in self)
        return f"{mean:+.2f} points (95 %: {low:+.2f} to {high:+.2f})"


@dataclass(frozen=True, kw_only=True)
class JudgedStudent:
    """The student that an arm chose with one seed, judged by its file on the test split."""

    arm: str
    seed: int
    student: str
    """Name of its trial."""
    tried: int
    """Students of the arm and seed, those that failed or were left on an earlier rung included."""
    trained_to_the_end: int
    epochs: int
    """Of all trainings together, as the seconds."""
    seconds: float
    validation_accuracy: float
    test_accuracy: float
    size_bytes: int
    latency_ms: float
    keeps_budget: bool
    genotype: str


@dataclass(frozen=True, kw_only=True)
class ArmFigures:
    """The figures of an arm over its seeds."""

    label: str
    """The arm in words."""
    rows: list[JudgedStudent]
    """One a seed."""
    mean: float
    """Of the test accuracies."""
    half_width: float | None
    """Half of the mean's 95 % t-interval; None with a single seed."""
    to_search: Difference | None
    """Less the search; None with fewer than two pairs, and for the search itself."""


@dataclass(frozen=True, kw_only=True)
class RankCorrelation:
    """The agreement of a rung's ranking with the last rung's, over the students that reached both."""

    seed: int
    rung: int
    students: int
    spearman: float | None
    """None where there are too few students, or all of one rung are equal."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The figures of all arms, and the sentences that follow from them."""

    seeds: list[int]
    arms: dict[str, ArmFigures]
    """By name."""
    teacher: Difference | None
    """The winner trained anew less the winner without a teacher; None with fewer than two pairs."""
    rank_correlation: list[RankCorrelation]
    left_out: list[str]
    """Arms or seeds that could not be compared, with the reasons."""
    sentences: list[str]

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)
