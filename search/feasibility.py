"""How much of a space keeps a budget, what it costs, and what the nearest budget is that something keeps."""

import math
import random
import statistics
from collections import Counter
from dataclasses import dataclass, replace

from deploy.budget import Budget
from deploy.cost import StudentCost
from deploy.latency.profile import LatencyProfile
from search.choices import sample, smallest
from search.estimate import estimate
from search.genotype import Genotype
from search.space import Space
from search.task import Task

FIGURES = ("macs", "params", "size_bytes", "peak_ram_bytes", "latency_ms")
_DRAWS = 3_000


@dataclass(frozen=True, kw_only=True)
class Range:
    """One figure over random genotypes of a space."""

    least: float
    median: float
    most: float


@dataclass(frozen=True, kw_only=True)
class Feasibility:
    """What a space holds for a budget, by random genotypes and the smallest there is."""

    draws: int
    share: float
    """Of random genotypes, that keep the budget."""
    refused: dict[str, float]
    """Share of random genotypes over each limit; one may be over several."""
    outside_profile: float
    """Share of random genotypes whose latency the profile cannot predict."""
    costs: dict[str, Range]
    """By figure; latency only with a profile."""
    nearest: dict[str, float] | None
    """Where nothing keeps the budget: limits that one candidate would just keep, the least raised of all seen."""


def feasibility(
    space: Space,
    task: Task,
    budget: Budget,
    profile: LatencyProfile | None,
    *,
    besides_bytes: int = 0,
) -> Feasibility:
    """Estimate a few thousand genotypes; limits on latency are left out without a profile.

    Args:
        besides_bytes: what a file holds beside its graph.
    """
    rng = random.Random(0)

    def estimated(genotype: Genotype) -> StudentCost:
        cost = estimate(genotype, profile)
        return replace(cost, size_bytes=cost.size_bytes + besides_bytes)

    costs = [estimated(sample(space, task, rng)) for _ in range(_DRAWS)]
    figures = [_figures(cost) for cost in costs]
    limits = {name: limit for name, limit in budget.limits().items() if profile or name != "latency_ms"}
    over = [[name for name, limit in limits.items() if not each[name] <= limit] for each in figures]
    share = sum(not names for names in over) / _DRAWS
    refused = Counter(name for names, each in zip(over, figures) for name in names if math.isfinite(each[name]))
    # Of each resolution: what is least depends on it, in bytes one way and in MACs the other.
    at_each = [replace(space, downscales=(downscale,)) for downscale in space.downscales]
    candidates = figures + [_figures(estimated(smallest(each, task))) for each in at_each]
    nothing = not any(all(each[name] <= limit for name, limit in limits.items()) for each in candidates)
    closest = min(candidates, key=lambda each: max((each[n] / limit for n, limit in limits.items()), default=0.0))
    return Feasibility(
        draws=_DRAWS,
        share=share,
        refused={name: refused[name] / _DRAWS for name in limits},
        outside_profile=sum(profile is not None and cost.latency_ms is None for cost in costs) / _DRAWS,
        costs={
            name: Range(least=min(values), median=statistics.median(values), most=max(values))
            for name in FIGURES
            if (values := [each[name] for each in figures if math.isfinite(each[name])])
        },
        nearest={name: max(limit, closest[name]) for name, limit in limits.items()} if nothing else None,
    )


def _figures(cost) -> dict[str, float]:
    """Each figure; one that cannot be predicted keeps no limit."""
    return {name: math.inf if (figure := getattr(cost, name)) is None else figure for name in FIGURES}
