"""Whether a space holds anything that keeps a budget, said before a second of training."""

import math
import random

from deploy.budget import Budget
from deploy.latency_profile import LatencyProfile
from experiments.errors import UserError
from search.estimate import estimate
from search.space import Space, sample

_DRAWS = 3_000


def require_feasible(
    space: Space, budget: Budget, profile: LatencyProfile | None, *, input_shape: tuple[int, int, int], classes: int
) -> float:
    """The share of random genotypes that keep a budget; limits on latency are left out without a profile.

    Raises:
        UserError: none of the space keeps the budget; names the smallest candidate of each figure that is limited.
    """
    rng = random.Random(0)
    costs = [estimate(sample(space, rng, input_shape=input_shape, classes=classes), profile) for _ in range(_DRAWS)]
    limits = {name: limit for name, limit in budget.limits().items() if profile or name != "latency_ms"}
    # What the limits allow to be small at once counts, not each figure by itself.
    # A latency that the profile cannot predict keeps no limit.
    figures = [{name: math.inf if (f := getattr(cost, name)) is None else f for name in limits} for cost in costs]
    feasible = sum(all(each[name] <= limit for name, limit in limits.items()) for each in figures)
    if feasible or not limits:
        return feasible / _DRAWS
    smallest = "; ".join(
        f"budget.{name} is {limit:g}, the smallest candidate needs {min(each[name] for each in figures):.4g}"
        for name, limit in limits.items()
    )
    raise UserError(
        f"nothing in the space keeps the budget (of {_DRAWS:,} random candidates): {smallest}. "
        "Raise the limit, or allow smaller choices such as --space.widths 4 8"
    )
