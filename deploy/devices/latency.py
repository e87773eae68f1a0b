"""The latency of one file on one device, with its provenance."""

import datetime
import math
from dataclasses import asdict, dataclass

from deploy.errors import DeployError


class Implausible(DeployError, ValueError):
    """A timing that no device can have measured."""


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Device and runtime that a latency was measured with. A profile holds for these and nothing else."""

    device: str
    """Its name among the user's devices."""
    kind: str
    """Name of the device's kind; of host, adb, browser and table only adb, or a phone's browser, stand for a phone."""
    processor: str
    """Processor or system on a chip, as the device names it."""
    runtime: str
    """Name and version."""
    delegate: str
    threads: int

    def __str__(self) -> str:
        plural = "" if self.threads == 1 else "s"
        parts = (self.processor, self.runtime, self.delegate, f"{self.threads} thread{plural}")
        return f"{self.device} ({', '.join(parts)})"


@dataclass(frozen=True, kw_only=True)
class Latency:
    """The distribution of single inferences. Raises `Implausible` for figures that are not above 0 and finite."""

    median_ms: float
    """Steady state: the least of the medians of several rounds, which other load disturbs least."""
    spread_ms: float
    """Largest less least median of the rounds."""
    first_ms: float
    """The first inference after loading."""
    warm_up_ms: float
    """Mean of the inferences between the first and the steady ones."""
    runs: int
    """Steady inferences."""
    date: str
    provenance: Provenance

    def __post_init__(self):
        for name in ("median_ms", "first_ms", "warm_up_ms"):
            figure = getattr(self, name)
            if not (math.isfinite(figure) and figure > 0):
                raise Implausible(f"{self.provenance.device} reports a {name} of {figure}: it must be finite, above 0")
        if not (math.isfinite(self.spread_ms) and self.spread_ms >= 0 and self.runs >= 1):
            raise Implausible(
                f"{self.provenance.device} reports a spread of {self.spread_ms} ms over {self.runs} runs: it must be "
                "finite, 0 or more, over at least one run"
            )

    def to_record(self) -> dict:
        """As JSON values."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: dict) -> "Latency":
        """The inverse of `to_record`."""
        return cls(**{**record, "provenance": Provenance(**record["provenance"])})

    @classmethod
    def of_rounds(
        cls, medians_ms: list[float], *, first_ms: float, warm_up_ms: float, runs: int, provenance: Provenance
    ) -> "Latency":
        """From the medians of rounds that were measured just now."""
        return cls(
            median_ms=min(medians_ms),
            spread_ms=max(medians_ms) - min(medians_ms),
            first_ms=first_ms,
            warm_up_ms=warm_up_ms,
            runs=runs,
            date=datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
            provenance=provenance,
        )
