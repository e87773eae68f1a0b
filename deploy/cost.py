"""The cost of a student: MACs, parameters, bytes and latency, each with its source."""

from dataclasses import dataclass
from typing import Literal

Source = Literal["estimated", "measured"]


@dataclass(frozen=True, kw_only=True)
class CostReport:
    """Cost of one model, None for a figure that is unknown. MACs and parameters are exact; the others have a source."""

    macs: int | None
    params: int | None
    size_bytes: int | None
    size_source: Source
    peak_ram_bytes: int | None
    peak_ram_source: Source
    latency_ms: float | None
    """None until a device has measured it or a profile has predicted it."""
    latency_source: Source
    device: str

    @classmethod
    def unknown(cls, device: str) -> "CostReport":
        """A report without figures, of a model about which nothing was counted; `dataclasses.replace` fills it in."""
        return CostReport(
            macs=None,
            params=None,
            size_bytes=None,
            size_source="measured",
            peak_ram_bytes=None,
            peak_ram_source="estimated",
            latency_ms=None,
            latency_source="measured",
            device=device,
        )

    def named_figures(self) -> dict[str, float]:
        """Figures under names that keep estimates and measurements apart, for logs and tables; without unknown ones."""
        figures = {
            "macs": self.macs,
            "params": self.params,
            f"{self.size_source}_size_bytes": self.size_bytes,
            f"{self.peak_ram_source}_peak_ram_bytes": self.peak_ram_bytes,
            f"{self.latency_source}_{self.device}_latency_ms": self.latency_ms,
        }
        return {name: figure for name, figure in figures.items() if figure is not None}


@dataclass(frozen=True, kw_only=True)
class StudentCost(CostReport):
    """Cost of a student whose architecture is known: only its latency may be unknown."""

    macs: int
    params: int
    size_bytes: int
    peak_ram_bytes: int
