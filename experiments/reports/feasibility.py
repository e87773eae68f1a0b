"""The costs of a space's students beside a budget, as text."""

from deploy.budget import Budget
from deploy.devices.latency import Provenance
from experiments.reports.tables import table_text
from search.feasibility import Feasibility, Range

_COLUMNS = ("<estimate", ">least", ">median", ">most", ">limit", ">over it")


def feasibility_text(feasibility: Feasibility, budget: Budget, device: Provenance) -> str:
    """A row for each figure of cost, and the share of random students that keep the budget."""
    rows = [_row(name, extent, feasibility, budget) for name, extent in feasibility.costs.items()]
    outside = (
        f"{feasibility.outside_profile:.1%} have operators that no calibrated student had, and are not tried\n"
        if feasibility.outside_profile
        else ""
    )
    return (
        f"{table_text(_COLUMNS, rows)}{outside}"
        f"{feasibility.share:.1%} of {feasibility.draws:,} random students keep the budget; latency on {device}"
    )


def _row(name: str, extent: Range, feasibility: Feasibility, budget: Budget) -> list[str]:
    limit = budget.limits().get(name)
    figures = (extent.least, extent.median, extent.most)
    return [
        name,
        *(f"{figure:,.4g}" if name == "latency_ms" else f"{figure:,.0f}" for figure in figures),
        "" if limit is None else f"{limit:,g}",
        "" if limit is None else f"{feasibility.refused[name]:.0%}",
    ]
