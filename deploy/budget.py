"""Upper limits on the cost of a student."""

import math
from dataclasses import dataclass, fields

from deploy.cost import CostReport


@dataclass(frozen=True, kw_only=True)
class Budget:
    """Upper limits on what a student may cost; None is no limit. Each name is a figure of `CostReport`."""

    latency_ms: float | None = None
    """Longest steady latency of one inference on the experiment's device, in milliseconds."""
    size_bytes: int | None = None
    """Largest int8 .tflite file, in bytes."""
    peak_ram_bytes: int | None = None
    """Largest activation memory, in bytes."""
    macs: int | None = None
    """Most multiply-accumulate operations of one inference."""

    def __post_init__(self):
        for name, limit in self.limits().items():
            if not (math.isfinite(limit) and limit > 0):
                raise ValueError(f"budget.{name} is {limit}: it must be a finite number above 0, or None for no limit")

    def limits(self) -> dict[str, float]:
        """The limits that are set, by name."""
        return {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) is not None}

    def broken_by(self, cost: CostReport) -> tuple[str, ...]:
        """Names of the limits that `cost` is over. A limit on an unknown figure counts as broken."""
        return tuple(
            name
            for name, limit in self.limits().items()
            if (figure := getattr(cost, name)) is None or not figure <= limit
        )
