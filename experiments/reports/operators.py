"""A file's operators as a table."""

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from deploy.latency.operator_times import Profile


def profile_table(profile: Profile) -> str:
    """A row for each operator, and their sum."""
    table = Table(box=SIMPLE)
    for title in ("operator", "output", "dtype", "delegate"):
        table.add_column(title)
    for title in ("MACs", "bytes", "µs", "share", "roofline"):
        table.add_column(title, justify="right")
    for part in profile.operators:
        operator = part.operator
        table.add_row(
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
    table.add_section()
    parts = profile.operators
    table.add_row(
        f"all {len(parts)}",
        "",
        "",
        "",
        f"{sum(part.operator.macs for part in parts):,}",
        f"{sum(part.operator.moved_bytes for part in parts):,}",
        f"{1e3 * profile.latency.median_ms:.2f}",
        f"{sum(part.share for part in parts):.1%}",
    )
    console = Console(width=120, highlight=False)
    with console.capture() as captured:
        console.print(table)
    return captured.get()
