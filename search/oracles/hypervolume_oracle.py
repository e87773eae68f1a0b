"""Growing the front by a model of accuracy: costs are known before any training, so only accuracy is uncertain."""

import numpy as np
from scipy.special import ndtr

from search.costs.training_work import training_work
from search.front import pareto_front
from search.oracles.accuracy_model import AccuracyModel
from search.oracles.generations import Generations
from search.walk import walk

_CANDIDATES = 400
_GENERATION = 4
_LEADING = 4
"""The most accurate students, of which there are mutations where accuracy alone is wanted."""
_SAME_WORK = 0.25
"""Of the median student's training, what every training takes."""


class HypervolumeOracle(Generations):
    """Expected improvement by turns: of the front's hypervolume (Emmerich 2006), and of the best accuracy (Jones 1998).

    The second is there since the most accurate students are the dearest, and add little volume. Of equal gains the one
    that trains sooner comes first (Snoek 2012, section 3.2). A proposal that is not trained yet counts with its
    expected accuracy (Ginsbourger 2010, "Kriging believer").

    For the most accurate student alone: improvement of the best accuracy at every turn, whatever the training takes,
    and mutations of the most accurate.
    """

    # Each looks at hundreds of candidates.
    most_redraws = 10

    def __init__(self, judge, *, best: bool = False, **options):
        super().__init__(judge, generation=_GENERATION, initial=2 * _GENERATION if best else 0, best=best, **options)

    def propose(self, trained, pending, rng):
        if self._best:
            leading = sorted(trained, key=lambda tried: tried.objectives)[:_LEADING]
        else:
            leading = pareto_front(trained, lambda tried: tried.objectives)
        parents = [tried.values for tried in leading] or [self.random_values(rng)]
        drawn = [self.random_values(rng) for _ in range(_CANDIDATES // 2)]
        drawn += [self.mutated(rng.choice(parents), rng) for _ in range(_CANDIDATES // 2)]
        if self._best:
            # Inside a budget a choice gains bytes that another gives up.
            drawn += [self.mutated(values, rng) for values in drawn[_CANDIDATES // 2 :]]
        fitting = [(values, verdict) for values in drawn if (verdict := self.admissible(values))]
        if not fitting:
            return self.random_values(rng)
        students = [*((values, self.judge(values)) for values in pending), *fitting]
        model = AccuracyModel(self.hyperparameters.space)
        model.fit([(tried.values, tried.verdict) for tried in trained], [tried.accuracy for tried in trained])
        mean, deviation = model.predict(students)
        costs = np.array([_costs(verdict.cost) for _, verdict in students])
        believed, new = slice(len(pending)), slice(len(pending), None)
        reached = np.array([tried.objectives for tried in trained]).reshape(-1, 3)
        reached = np.vstack([reached, np.column_stack([1 - mean[believed], costs[believed]])])
        if self._best or len(pending) % 2:
            gain = expected_improvement(1 - reached[:, 0].min(initial=1.0), mean[new], deviation[new])
        else:
            gain = expected_volume(reached, costs[new], 1 - mean[new], deviation[new])
        if self._best:
            return fitting[int(np.argmax(gain))][0]
        work = np.array([training_work(walk(verdict.genotype)) for _, verdict in fitting])
        # Its square root: by the work itself only the smallest students would be tried, since a model of few students
        # expects something of all. A part of the seconds is the same for all.
        return fitting[int(np.argmax(gain / np.sqrt(_SAME_WORK + work / np.median(work))))][0]


def _costs(cost) -> tuple[float, float]:
    return (cost.latency_ms or 0.0, cost.size_bytes)


def expected_improvement(best: float | np.ndarray, mean: np.ndarray, deviation: np.ndarray) -> np.ndarray:
    """Mean of max(0, X - best) for normal X."""
    z = (mean - best) / deviation
    return deviation * (z * ndtr(z) + np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi))


def expected_volume(students: np.ndarray, costs: np.ndarray, mean: np.ndarray, deviation: np.ndarray) -> np.ndarray:
    """The expected gain of each candidate in the hypervolume of students.

    Args:
        students: (students, 3) objectives: error, and two costs; there may be none.
        costs: (candidates, 2), known.
        mean: (candidates,) of the error, which is normal with `deviation`.
    """
    front = np.array(pareto_front(students.tolist(), tuple)).reshape(-1, 3)
    worst = np.concatenate([students[:, 0], mean]).max()
    reference = 1.1 * np.array([worst, *np.vstack([students[:, 1:], costs]).max(axis=0)])
    edges = [np.concatenate([[0.0], np.unique(front[:, axis]), [reference[axis]]]) for axis in (1, 2)]
    low = np.stack(np.meshgrid(edges[0][:-1], edges[1][:-1], indexing="ij"), -1).reshape(-1, 2)
    high = np.stack(np.meshgrid(edges[0][1:], edges[1][1:], indexing="ij"), -1).reshape(-1, 2)
    # The least error that is offered at the costs of each cell.
    offered = np.array([min(front[(front[:, 1:] <= cell).all(axis=1), 0], default=reference[0]) for cell in low])
    sides = np.clip(high[None] - np.maximum(low[None], costs[:, None]), 0, None)
    area = sides.prod(axis=2)
    return (area * expected_improvement(-offered[None], -mean[:, None], deviation[:, None])).sum(axis=1)
