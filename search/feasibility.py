"""Feasibility of a budget: the share of a space that keeps it, ranges of costs, and the nearest budget that is kept."""

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
    """A space held against a budget, by random genotypes and the smallest ones."""

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
    """Limits that one candidate would just keep, the least raised of all; None where something keeps the budget."""


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
        besides_bytes: bytes of a file beside its graph.
    """
    rng = random.Random(0)

    def estimated(genotype: Genotype) -> StudentCost:
        cost = estimate(genotype, profile)
        return replace(cost, size_bytes=cost.size_bytes + besides_bytes)

    costs = [estimated(sample(space, task, rng)) for _ in range(_DRAWS)]
    figures = [_figures(cost) for cost in costs]
    limits = {name: limit for name, limit in budget.limits().items() if profile or name != "latency_ms"}
    over = [[name for name, limit in limits.items() if not candidate[name] <= limit] for candidate in figures]
    share = sum(not names for names in over) / _DRAWS
    refused = Counter(
        name for names, candidate in zip(over, figures) for name in names if math.isfinite(candidate[name])
    )
    # One of each resolution: a lower one has more bytes and fewer MACs.
    resolutions = [replace(space, downscales=(downscale,)) for downscale in space.downscales]
    candidates = figures + [_figures(estimated(smallest(resolution, task))) for resolution in resolutions]

    def excess(candidate: dict[str, float]) -> float:
        """The largest figure, as a share of its limit."""
        return max((candidate[name] / limit for name, limit in limits.items()), default=0.0)

    closest = min(candidates, key=excess)
    nothing = not any(all(candidate[name] <= limit for name, limit in limits.items()) for candidate in candidates)
    return Feasibility(
        draws=_DRAWS,
        share=share,
        refused={name: refused[name] / _DRAWS for name in limits},
        outside_profile=sum(profile is not None and cost.latency_ms is None for cost in costs) / _DRAWS,
        costs={
            name: Range(least=min(values), median=statistics.median(values), most=max(values))
            for name in FIGURES
            if (values := [candidate[name] for candidate in figures if math.isfinite(candidate[name])])
        },
        nearest={name: max(limit, closest[name]) for name, limit in limits.items()} if nothing else None,
    )


def _figures(cost: StudentCost) -> dict[str, float]:
    """Figures by name; one that cannot be predicted is infinite, so that it keeps no limit."""
    return {name: math.inf if (figure := getattr(cost, name)) is None else figure for name in FIGURES}
