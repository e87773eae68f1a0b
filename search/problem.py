"""A search's problem: its space, task, budget and latency profile; and the verdict on a proposal."""

from collections.abc import Callable
from dataclasses import dataclass

from deploy.budget import Budget
from deploy.cost import StudentCost
from deploy.latency.profile import LatencyProfile
from search.choices import genotype_of
from search.estimate import estimate
from search.genotype import Genotype
from search.space import Space
from search.task import Task


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A proposal's estimated cost, and the causes of its refusal."""

    genotype: Genotype
    cost: StudentCost
    causes: tuple[str, ...]
    """Broken limits; empty for a proposal that is admitted."""


Judge = Callable[[dict], Verdict]
"""From Keras Tuner's values."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Students to choose from, and the limits that they must keep."""

    space: Space
    task: Task
    budget: Budget
    profile: LatencyProfile
    """Predicts latency on the budget's device."""

    def judge(self, values: dict) -> Verdict:
        """The verdict on the genotype of Keras Tuner's values."""
        return self.verdict(genotype_of(self.space, self.task, values))

    def verdict(self, genotype: Genotype) -> Verdict:
        """Estimate a genotype and hold it against the budget."""
        cost = estimate(genotype, self.profile)
        # Without a predicted latency no budget can be promised.
        causes = self.budget.broken_by(cost) if cost.latency_ms is not None else ("outside the latency profile",)
        return Verdict(genotype=genotype, cost=cost, causes=causes)
