"""What a student costs, and where each figure comes from."""

from dataclasses import dataclass
from typing import Literal

Source = Literal["estimated", "measured"]


@dataclass(frozen=True, kw_only=True)
class CostReport:
    """Cost of one student. `macs` and `params` are exact; each other figure says where it comes from."""

    macs: int
    params: int
    size_bytes: int
    size_source: Source
    peak_ram_bytes: int
    peak_ram_source: Source
    latency_ms: float | None
    """None while no device has been asked."""
    latency_source: Source
    device: str

    def named_figures(self) -> dict[str, float]:
        """The figures under names that keep estimates and measurements apart, for logs and tables."""
        figures = {
            "macs": self.macs,
            "params": self.params,
            f"{self.size_source}_size_bytes": self.size_bytes,
            f"{self.peak_ram_source}_peak_ram_bytes": self.peak_ram_bytes,
        }
        if self.latency_ms is not None:
            figures[f"{self.latency_source}_{self.device}_latency_ms"] = self.latency_ms
        return figures
