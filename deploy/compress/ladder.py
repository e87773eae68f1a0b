"""The ladder: compressions in the order in which they are tried until one meets the goal."""

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
"""Candidates, from the one that changes a model least to the one that changes it most. Each is tried without training
and trained, but for the second: ranges move in training."""


@dataclass(frozen=True, kw_only=True)
class Goal:
    """Limits for a file."""

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
    """The result of one compression."""

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
    """Duration of the attempt."""
    broken: tuple[str, ...] = ()
    """Limits that the file is over."""
    refused: str = ""
    """The reason for which a step cannot be taken with this model; empty if all were."""

    @property
    def fits(self) -> bool:
        """True if there is a file and it is inside every limit."""
        return not self.broken and not self.refused

    def meets(self, max_drop: float) -> bool:
        """True if it fits and loses no more than `max_drop` points."""
        # A share of examples is a quotient: equal ones may differ in the last place.
        return self.fits and self.drop <= max_drop + 1e-9

    def to_record(self) -> dict:
        """As JSON values."""
        return asdict(self)


def worthwhile(goal: Goal) -> tuple[str, ...]:
    """Candidates that can help where int8 is over a limit: zeros and clusters shrink nothing but the download."""
    candidates = {text: parsed(text) for text in LADDER}
    return tuple(
        text for text, candidate in candidates.items() if goal.gzip_bytes or not (candidate.zeros or candidate.clusters)
    )


def climb(
    ladder: Iterable[str], max_drop: float, attempt: Callable[[Compression], Attempt]
) -> tuple[Attempt, list[Attempt]]:
    """Try compressions until one meets the goal; returns the attempt to take, and all attempts in order.

    Each candidate is tried without training first, which takes seconds and gives the file's size and speed; then those
    whose files were inside the limits are tried trained. If none meets the goal, the most accurate attempt that fits is
    taken, and if none fits, the most accurate one.

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
    files = [result for result in tried if not result.refused]
    if not files:
        raise ValueError("; ".join(dict.fromkeys(result.refused for result in tried)))
    return max(files, key=lambda result: (result.fits, result.validation_accuracy)), tried
