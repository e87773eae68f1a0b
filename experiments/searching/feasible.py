"""Refusal of a space in which no student keeps the budget."""

from deploy.budget import Budget
from deploy.latency.profile import LatencyProfile
from experiments.errors import UserError
from search.feasibility import Feasibility, feasibility
from search.space import Space
from search.task import Task


def require_feasible(
    space: Space, task: Task, budget: Budget, profile: LatencyProfile | None, *, besides_bytes: int = 0
) -> float:
    """The share of random genotypes that keep a budget, as `feasibility` estimates it for the same arguments.

    Raises:
        UserError: none of the space keeps the budget; names the nearest limits that something keeps.
    """
    result = feasibility(space, task, budget, profile, besides_bytes=besides_bytes)
    if result.nearest is not None:
        raise UserError(impossible(result, budget))
    return result.share


def impossible(result: Feasibility, budget: Budget) -> str:
    """Why no student keeps a budget, and what to do."""
    assert result.nearest is not None, "some student keeps the budget"
    limits = budget.limits()
    needed = "; ".join(
        f"budget.{name} is {limits[name]:g}, the least of any candidate is {result.costs[name].least:.4g}"
        for name in result.nearest
        if name in result.costs
    )
    flags = " ".join(f"--budget.{name.replace('_', '-')} {limit:.6g}" for name, limit in result.nearest.items())
    return (
        f"nothing in the space keeps the budget (of {result.draws:,} random candidates and the smallest): {needed}. "
        f"The nearest that one keeps: {flags}; or allow smaller choices such as --space.widths 4 8"
    )
