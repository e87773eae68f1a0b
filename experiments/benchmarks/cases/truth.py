"""The table's space inside a budget: accuracy and cost of every student, and the best that a search can reach."""

import functools
import statistics
from pathlib import Path

from deploy.budget import Budget
from deploy.latency.profile import LatencyProfile
from experiments.benchmarks.cases.table import EPOCHS, SEEDS, TASK, genotypes, read_table, short
from search.estimate import estimate
from search.front import pareto_front
from search.hypervolume import hypervolume

SIZE_BYTES, LATENCY_MS = 16_000, 0.0026
BUDGET = Budget(size_bytes=SIZE_BYTES, latency_ms=LATENCY_MS)
"""A budget that most of the space keeps."""
PROFILE = Path(__file__).parent.parent / "search_table_profile.json"
"""Of an AMD EPYC with AVX512_BF16: kept beside the table, so that every machine sees the same latencies."""


class Truth:
    """The accuracy and cost of every student of the space."""

    def __init__(self):
        self.profile = LatencyProfile.from_json(PROFILE.read_text())
        self.table = read_table()
        self.costs = {short(genotype): estimate(genotype, self.profile) for genotype in genotypes()}
        self.by_rung = {
            name: tuple(map(statistics.mean, zip(*(by_seed[seed] for seed in SEEDS))))
            for name, by_seed in self.table.items()
        }
        self.accuracy = {name: accuracies[-1] for name, accuracies in self.by_rung.items()}
        self.fitting = [name for name, cost in self.costs.items() if not BUDGET.broken_by(cost)]
        self.best = max(self.accuracy[name] for name in self.fitting)
        self.volume = self.volume_of({name: len(EPOCHS) - 1 for name in self.fitting})

    def objectives(self, name: str, rung: int) -> tuple[float, float, float]:
        """Error after a rung, and the costs as shares of the budget."""
        cost = self.costs[name]
        assert cost.latency_ms is not None, "the profile is of this space"
        return (1 - self.by_rung[name][rung], cost.latency_ms / LATENCY_MS, cost.size_bytes / SIZE_BYTES)

    @functools.cached_property
    def reference(self) -> tuple[float, float, float]:
        """The error of chance, and the budget."""
        return (1 - 1 / TASK.classes, 1.0, 1.0)

    def volume_of(self, reached: dict[str, int]) -> float:
        """The hypervolume of students, by the rung that each is trained to."""
        return hypervolume(
            pareto_front([self.objectives(name, rung) for name, rung in reached.items()], tuple), self.reference
        )
