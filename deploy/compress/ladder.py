"""Which compression a model needs: the cheapest to try first, until one meets the goal."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace

from deploy.budget import Budget
from deploy.compress.compression import Compression, parsed
from deploy.cost import CostReport

LADDER = (
    "int8",
    "ranges mse, int8",
    "rank 0.9, int8",
    "channels 0.75, int8",
    "rank 0.8, int8",
    "blocks 1, int8",
    "channels 0.5, int8",
    "channels 0.35, int8",
    "clusters 32, int8",
    "zeros 0.5, int8",
    "zeros 0.5, clusters 32, int8",
    "channels 0.5, zeros 0.5, clusters 32, int8",
)
"""What is tried, each without training and trained: from what changes a model least to what changes it most. The second
is not trained: ranges move in training."""


@dataclass(frozen=True, kw_only=True)
class Goal:
    """What a file must keep."""

    max_drop: float
    """Points of accuracy on validation that may be lost against the float model."""
    budget: Budget
    gzip_bytes: int | None = None
    """Largest file after gzip, as it is downloaded; None is no limit."""

    def broken_by(self, cost: CostReport, gzip_bytes: int) -> tuple[str, ...]:
        """Names of the limits that a file is over."""
        over = self.gzip_bytes is not None and gzip_bytes > self.gzip_bytes
        return (*self.budget.broken_by(cost), *(["gzip_bytes"] if over else []))


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """What one compression gave."""

    compression: str
    validation_accuracy: float = 0.0
    """Of the file."""
    drop: float = 0.0
    """Points of accuracy on validation that are lost against the float model; below 0 is a gain."""
    size_bytes: int = 0
    gzip_bytes: int = 0
    latency_ms: float | None = None
    """None where it could not be measured."""
    macs: int = 0
    seconds: float = 0.0
    """What it took to try."""
    broken: tuple[str, ...] = ()
    """Limits that the file is over."""
    refused: str = ""
    """Why a step cannot be taken with this model; empty where all were."""

    @property
    def fits(self) -> bool:
        """Whether there is a file and it is inside every limit."""
        return not self.broken and not self.refused

    def meets(self, max_drop: float) -> bool:
        """Whether it fits and loses no more than that."""
        # A share of examples is a quotient: equal ones may differ in the last place.
        return self.fits and self.drop <= max_drop + 1e-9

    def to_record(self) -> dict:
        """As JSON values."""
        return asdict(self)


def worthwhile(goal: Goal) -> tuple[str, ...]:
    """Those of the ladder that can help where int8 is over a limit: zeros and clusters shrink the download alone."""
    candidates = {text: parsed(text) for text in LADDER}
    return tuple(
        text for text, candidate in candidates.items() if goal.gzip_bytes or not (candidate.zeros or candidate.clusters)
    )


def climb(
    ladder: Iterable[str], max_drop: float, attempt: Callable[[Compression], Attempt]
) -> tuple[Attempt, list[Attempt]]:
    """Try compressions until one meets the goal; returns the one to take, and all that were tried in their order.

    First each without training, which takes seconds and tells what the file will weigh and how fast it will be; then,
    trained, those whose files were inside the limits. Where none meets the goal the most accurate that fits is taken,
    and where none fits the most accurate that there is.

    Raises:
        ValueError: no step can be taken with this model; the message says why.
    """
    candidates, tried = [replace(parsed(text), trained=False) for text in ladder], []
    for candidate in candidates:
        tried.append(attempt(candidate))
        if tried[-1].meets(max_drop):
            return tried[-1], tried
    for candidate, untrained in zip(candidates, list(tried)):
        if untrained.fits and candidate.ranges == "min_max":
            tried.append(attempt(replace(candidate, trained=True)))
            if tried[-1].meets(max_drop):
                return tried[-1], tried
    made = [each for each in tried if not each.refused]
    if not made:
        raise ValueError("; ".join(dict.fromkeys(each.refused for each in tried)))
    return max(made, key=lambda each: (each.fits, each.validation_accuracy)), tried
