"""The ways in which the compression benchmark compresses a student, and the figures of each."""

from dataclasses import dataclass
from typing import Any

from deploy.compress.ladder import Attempt

ARMS = {
    "int8": "int8",
    "dense": "int8, trained",
    "zeros": "zeros 0.5, int8, trained",
    "zeros, clusters": "zeros 0.5, clusters 16, int8, trained",
}
"""Always-PQAT is `zeros`."""

LONGER_ARMS = {"dense, longer": "int8, trained", "channels": "channels 0.5, int8, trained"}
"""A network that lost half of its channels' work needs longer, and the one beside it has as long."""


@dataclass(frozen=True, kw_only=True)
class ArmFigures:
    """One file of a student, measured on the split and beside the others."""

    attempt: Attempt
    accuracy: float
    """Of the file, on the split."""
    agreement: float
    """Share of examples on which the file and its model agree."""
    latency_ms: float
    """Median, measured side by side with the student's other files."""

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        figures = dict(accuracy=self.accuracy, agreement=self.agreement, latency_ms=self.latency_ms)
        return {**self.attempt.to_record(), **figures}


@dataclass(frozen=True, kw_only=True)
class SearchedFigures:
    """The file of a search that is to beat always-PQAT."""

    figures: ArmFigures
    attempts: int
    smaller_or_faster: bool
    as_accurate: bool
    """On validation."""

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            **self.figures.to_record(),
            "attempts": self.attempts,
            "smaller_or_faster": self.smaller_or_faster,
            "as_accurate": self.as_accurate,
        }


@dataclass(frozen=True, kw_only=True)
class StudentFigures:
    """All figures of one student."""

    dataset: str
    seed: int
    float_accuracy: float
    arms: dict[str, ArmFigures]
    deployed: ArmFigures
    overhead: float
    """Bytes of the dense file over those of its weights and biases."""
    searched: SearchedFigures

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        return dict(
            dataset=self.dataset,
            seed=self.seed,
            float_accuracy=self.float_accuracy,
            arms={name: arm.to_record() for name, arm in self.arms.items()},
            deployed=self.deployed.to_record(),
            overhead=self.overhead,
            searched=self.searched.to_record(),
        )
