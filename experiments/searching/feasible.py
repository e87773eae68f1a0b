"""Refusing a space that nothing of keeps the budget."""

from deploy.budget import Budget
from deploy.latency.profile import LatencyProfile
from experiments.errors import UserError
from search.feasibility import Feasibility, feasibility
from search.space import Space
from search.task import Task


def require_feasible(
    space: Space, task: Task, budget: Budget, profile: LatencyProfile | None, *, besides_bytes: int = 0
) -> float:
    """The share of random genotypes that keep a budget, by what `feasibility` finds for the same arguments.

    Raises:
        UserError: none of the space keeps the budget; names the nearest limits that something keeps.
    """
    result = feasibility(space, task, budget, profile, besides_bytes=besides_bytes)
    if result.nearest is not None:
        raise UserError(impossible(result, budget))
    return result.share


def impossible(found: Feasibility, budget: Budget) -> str:
    """Why no student keeps a budget, and what to do."""
    needed = "; ".join(
        f"budget.{name} is {budget.limits()[name]:g}, the least of any candidate is {found.costs[name].least:.4g}"
        for name in found.nearest
        if name in found.costs
    )
    flags = " ".join(f"--budget.{name.replace('_', '-')} {limit:.6g}" for name, limit in found.nearest.items())
    return (
        f"nothing in the space keeps the budget (of {found.draws:,} random candidates and the smallest): {needed}. "
        f"The nearest that one keeps: {flags}; or allow smaller choices such as --space.widths 4 8"
    )
