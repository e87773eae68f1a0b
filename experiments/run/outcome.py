"""What the stages of a run hand on: scored students."""

from dataclasses import dataclass

from search.trial import TrialResult


@dataclass(frozen=True, kw_only=True)
class Scored:
    """A student of the last rung, and its int8 file as it is, without quantization-aware training."""

    result: TrialResult
    file_validation_accuracy: float
    size_bytes: int
    latency_ms: float
    """Measured, where the device can measure a new file; predicted from a table."""
    keeps_budget: bool

    def objectives(self) -> tuple[bool, float, float, float]:
        """Error, latency and bytes, each to be small; what breaks the budget is behind all that keeps it."""
        return (not self.keeps_budget, 1 - self.file_validation_accuracy, self.latency_ms, self.size_bytes)
