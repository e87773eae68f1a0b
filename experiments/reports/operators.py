"""The times of a file's operators as text."""

from pathlib import Path

from deploy.latency.operator_times import OperatorTime, OperatorTimes
from experiments.reports.summary import time_text
from experiments.reports.tables import table_text

_COLUMNS = ("<operator", "<output", "<dtype", "<delegate", ">MACs", ">bytes", ">µs", ">share", ">roofline")


def operators_text(file: Path, times: OperatorTimes) -> str:
    """A table of the operators, and the device's roof."""
    latency, roof = times.latency, times.roof
    return (
        f"{_table(times)}{file}: {time_text(latency.median_ms)} on {latency.provenance}\n"
        f"Roof: {roof.macs_per_s / 1e9:,.1f} GMAC/s and {roof.bytes_per_s / 1e9:,.1f} GB/s, measured too."
    )


def _table(times: OperatorTimes) -> str:
    """A row for each operator, and their sum."""
    parts = times.operators
    total = (
        f"all {len(parts)}",
        "",
        "",
        "",
        f"{sum(part.operator.macs for part in parts):,}",
        f"{sum(part.operator.moved_bytes for part in parts):,}",
        f"{1e3 * times.latency.median_ms:.2f}",
        f"{sum(part.share for part in parts):.1%}",
    )
    return table_text(_COLUMNS, map(_row, parts), total=total, width=120)


def _row(part: OperatorTime) -> tuple[str, ...]:
    operator = part.operator
    return (
        f"{operator.number} {operator.name}",
        "x".join(map(str, operator.output_shape)),
        operator.dtype,
        part.delegate,
        f"{operator.macs:,}",
        f"{operator.moved_bytes:,}",
        f"{1e3 * part.latency_ms:.2f}",
        f"{part.share:.1%}",
        "" if part.roofline_share is None else f"{part.roofline_share:.0%}",
    )
