"""The base of our oracles: proposals in generations, and mutation and crossover of choices."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from keras_tuner.engine.trial import TrialStatus

from search.oracles.budgeted import Budgeted
from search.problem import Judge, Verdict

_FIRST_DRAWS = 8
"""Of so many random students that keep the budget, the largest is tried, where accuracy alone is wanted."""


def at_most(limit: int, share: int) -> int:
    """A size for a population that suits short searches too."""
    return max(4, min(limit, share))


@dataclass(frozen=True, kw_only=True)
class Tried:
    """A student that was trained."""

    values: dict
    verdict: Verdict
    accuracy: float

    @property
    def objectives(self) -> tuple[float, float, float]:
        """Error, latency and bytes, each to be small."""
        cost = self.verdict.cost
        return (1 - self.accuracy, cost.latency_ms or 0.0, cost.size_bytes)


class Generations(Budgeted):
    """An oracle that proposes generation by generation, each from all results of the ones before.

    Within a generation no proposal depends on another's result, so that any number of workers, up to a generation,
    gets the same students for the same seed.
    """

    def __init__(self, judge: Judge, *, generation: int | None, initial: int, best: bool = False, **options):
        """
        Args:
            best: aim at the most accurate student alone, instead of a front.
            generation: students that are proposed from the same results; None takes all results there are by then.
            initial: random students at the beginning; 0 is for oracles that need none.
        """
        super().__init__(judge, **options)
        self._generation, self._initial, self._best = generation, initial, best
        self._verdicts: dict[str, Verdict] = {}

    def draw(self, trial_id):
        number = int(trial_id)
        first = 0 if number < self._initial else number
        if self._generation is not None and first:
            first -= (number - self._initial) % self._generation
            if not set(self.start_order[:first]) <= set(self.end_order):
                return {"status": TrialStatus.IDLE}
        self._seed_state += 1
        rng = random.Random(self._seed_state)
        # A status of COMPLETED comes before the score.
        trained = [self._tried(self.trials[name]) for name in self.start_order[:first] if self._scored(name)]
        pending = [self.trials[name].hyperparameters.values for name in self.start_order[first:]]
        values = self.propose(trained, pending, rng) if trained or not self._initial else self._first(rng)
        return {"status": TrialStatus.RUNNING, "values": values}

    def propose(self, trained: Sequence[Tried], pending: Sequence[dict], rng: random.Random) -> dict:
        """Values for one student.

        Args:
            trained: students, in the order of proposals; empty only where there are no initial students.
            pending: values of this generation's students that were proposed before.
        """
        raise NotImplementedError

    def _first(self, rng: random.Random) -> dict:
        """A student before any result: random, and large where accuracy is all that is wanted."""
        if not self._best:
            return self.random_values(rng)
        drawn = [self.random_values(rng) for _ in range(_FIRST_DRAWS * 4)]
        fitting = [(verdict, values) for values in drawn if (verdict := self.admissible(values))][:_FIRST_DRAWS]
        # The product of work and weights, since either alone is had cheaply: by a high resolution, by a late stage.
        largest = max(fitting, key=lambda pair: pair[0].cost.macs * pair[0].cost.params, default=(None, drawn[0]))
        return largest[1]

    def _scored(self, name: str) -> bool:
        return name in self.end_order and self.trials[name].status == TrialStatus.COMPLETED

    def _tried(self, trial) -> Tried:
        if trial.trial_id not in self._verdicts:
            self._verdicts[trial.trial_id] = self.judge(trial.hyperparameters.values)
        return Tried(values=trial.hyperparameters.values, verdict=self._verdicts[trial.trial_id], accuracy=trial.score)

    def random_values(self, rng: random.Random) -> dict:
        """Every choice even."""
        return self._filled({}, rng)

    def mutated(self, values: dict, rng: random.Random) -> dict:
        """The same choices but for one, which is another; choices that this one brings along are random."""
        changeable = [hp for hp in self.hyperparameters.space if hp.name in values and len(hp.values) > 1]
        if not changeable:
            return values
        changed = rng.choice(changeable)
        others = [value for value in changed.values if value != values[changed.name]]
        return self._filled({**values, changed.name: rng.choice(others)}, rng)

    def crossed(self, first: dict, second: dict, rng: random.Random) -> dict:
        """Each choice from one of two parents (uniform crossover, Syswerda 1989)."""
        both, taken = {**second, **first}, {}
        # In the space's order: values that come from the journal have another.
        for name in (hp.name for hp in self.hyperparameters.space if hp.name in both):
            taken[name] = rng.choice([first, second]).get(name, both[name])
        return self._filled(taken, rng)

    def _filled(self, values: dict, rng: random.Random) -> dict:
        """The values that are active, in the space's order; those that lack are random."""
        filled = {}
        for hp in self.hyperparameters.space:
            if all(condition.is_active(filled) for condition in hp.conditions):
                filled[hp.name] = values[hp.name] if hp.name in values else rng.choice(hp.values)
        return filled
