"""Keras Tuner's random search oracle, held inside a budget: what breaks it is redrawn, and no trial is spent on it."""

import hashlib
from collections import Counter
from collections.abc import Callable

import keras_tuner
from keras_tuner.engine import trial as kt_trial

from deploy.cost import CostReport
from search.genotype import Genotype

Verdict = tuple[Genotype, CostReport, tuple[str, ...]]
"""A genotype, its estimated cost, and why it is refused (empty when it is admitted)."""

_MOST_REDRAWS = 2_000


class SpaceExhausted(RuntimeError):
    """So many draws in a row were refused that the search gave up looking; the message counts the causes."""


class BudgetedOracle(keras_tuner.oracles.RandomSearchOracle):
    """Draws until `judge` admits a genotype that was not tried before. The objective is validation accuracy."""

    def __init__(self, judge: Callable[[keras_tuner.HyperParameters], Verdict], *, trials: int, seed: int):
        # Keras Tuner seeds each draw with a counter, so near seeds would draw nearly the same; and 0 would mean none.
        spread = int.from_bytes(hashlib.sha256(str(seed).encode()).digest()[:6], "big") + 1
        objective = keras_tuner.Objective("validation_accuracy", "max")
        super().__init__(objective=objective, max_trials=trials, seed=spread)
        self.verbose = 0
        self.judge = judge
        self.refusals = Counter()
        """How many draws were refused, by cause."""
        self._taken: set[str] = set()

    def populate_space(self, trial_id):
        for _ in range(_MOST_REDRAWS):
            response = super().populate_space(trial_id)
            if response["status"] != kt_trial.TrialStatus.RUNNING:
                return response
            proposal = self.hyperparameters.copy()
            proposal.values = response["values"]
            genotype, _, causes = self.judge(proposal)
            if not causes and genotype.key in self._taken:
                causes = ("tried before",)
            if not causes:
                self._taken.add(genotype.key)
                return response
            self.refusals.update(causes)
        raise SpaceExhausted(
            f"{_MOST_REDRAWS} draws in a row were refused ({dict(self.refusals)}); widen the budget or the space"
        )

    def restore(self, trial_id: str, values: dict, key: str, accuracy: float | None, seed_state: int) -> None:
        """Put a finished trial back as if this oracle had proposed it; `accuracy` is None for a failed one."""
        hyperparameters = self.hyperparameters.copy()
        hyperparameters.values = dict(values)
        finished = kt_trial.TrialStatus.FAILED if accuracy is None else kt_trial.TrialStatus.COMPLETED
        trial = kt_trial.Trial(hyperparameters=hyperparameters, trial_id=trial_id, status=finished)
        self.trials[trial_id] = trial
        self.start_order.append(trial_id)
        self.end_order.append(trial_id)
        self._record_values(trial)
        if accuracy is not None:
            self.update_trial(trial_id, {self.objective.name: accuracy})
            self.score_trial(trial)
        self._taken.add(key)
        self._seed_state = seed_state

    @property
    def seed_state(self) -> int:
        """Where the oracle's random draws stand."""
        return self._seed_state
