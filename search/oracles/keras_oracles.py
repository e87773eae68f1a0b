"""Keras Tuner's own oracles, held inside a budget."""

import math

import keras_tuner
import numpy as np

from search.oracles.budgeted import Budgeted
from search.problem import Judge

# Refused proposals of the model before it is asked which of many admitted random students it likes best.
_REFUSALS = 3
_CANDIDATES = 500
# Of each rung so many go on: Hyperband's usual number.
_FACTOR = 3


class RandomOracle(Budgeted, keras_tuner.oracles.RandomSearchOracle):
    """Each choice even."""


class BayesianOracle(Budgeted, keras_tuner.oracles.BayesianOptimizationOracle):
    """A Gaussian process of accuracy over the choices, with an upper confidence bound.

    Keras Tuner looks for the bound's peak over the whole space and knows no budget. Where its peaks are refused, the
    peak over random admitted students is taken.
    """

    def __init__(self, judge: Judge, **options):
        super().__init__(judge, **options)
        self._refused = 0

    def populate_space(self, trial_id):
        self._refused = 0
        return super().populate_space(trial_id)

    def draw(self, trial_id):
        self._seed_state += 1
        self._random_state = np.random.RandomState(self._seed_state)
        self._refused += 1
        if self._refused <= _REFUSALS or not hasattr(self.gpr, "X_train_"):
            return super().draw(trial_id)
        drawn = [self._random_values() for _ in range(_CANDIDATES)]
        fitting = [values for values in drawn if values is not None and self.admissible(values)]
        if not fitting:
            return super().draw(trial_id)
        vectors = [self._vector(values) for values in fitting]
        mean, deviation = map(np.asarray, self.gpr.predict(vectors, return_std=True))
        # Scores are negated in its model, so that the least bound is the best.
        return {"status": "RUNNING", "values": fitting[int(np.argmin(mean - self.beta * deviation))]}

    def _vector(self, values: dict) -> list[float]:
        hyperparameters = self.hyperparameters.copy()
        hyperparameters.values = values
        active = [hp.name in values and hyperparameters.is_active(hp) for hp in self._nonfixed_space()]
        return [
            hp.value_to_prob(values[hp.name] if is_active else hp.default)
            for hp, is_active in zip(self._nonfixed_space(), active)
        ]


class HyperbandOracle(Budgeted, keras_tuner.oracles.HyperbandOracle):
    """Brackets of successive halving, from many students trained a little to a few trained long (Li 2018).

    Its epochs count rungs here: `tuner/epochs` of factor ** n stands for rungs 0 to n.
    """

    def __init__(self, judge: Judge, *, rungs: int, trials: int, **options):
        """
        Args:
            rungs: of the search; as many brackets are made, and repeated.
            trials: whole rounds of brackets are run until there are at least so many trials.
        """
        super().__init__(judge, max_epochs=_FACTOR ** (rungs - 1), factor=_FACTOR, hyperband_iterations=1, **options)
        brackets = range(self._get_num_brackets())
        round_trials = sum(self._get_size(b, n) for b in brackets for n in range(self._get_num_rounds(b)))
        self.hyperband_iterations = max(1, round(trials / round_trials))

    def draw(self, trial_id):
        # A draw that was refused has been counted in its bracket.
        for bracket in self._brackets:
            bracket["rounds"][0] = [trial for trial in bracket["rounds"][0] if trial["id"] != trial_id]
        return super().draw(trial_id)

    def goes_on(self, values):
        return bool(values) and "tuner/trial_id" in values

    def work(self, trial):
        values = trial.hyperparameters.values
        first = trial
        while "tuner/trial_id" in first.hyperparameters.values:
            first = self.trials[first.hyperparameters.values["tuner/trial_id"]]
        rungs = [_rung(values[f"tuner/{which}"]) for which in ("initial_epoch", "epochs")]
        return first.trial_id, range(rungs[0] + 1, rungs[1] + 1)

    def memory(self):
        brackets = [{**bracket, "rounds": [list(trials) for trials in bracket["rounds"]]} for bracket in self._brackets]
        state = dict(brackets=brackets, bracket=self._current_bracket, iteration=self._current_iteration)
        return {**super().memory(), **state}

    def recall(self, memory):
        super().recall(memory)
        self._brackets = memory["brackets"]
        self._current_bracket, self._current_iteration = memory["bracket"], memory["iteration"]


def _rung(epochs: int) -> int:
    """The rung that Hyperband's epochs stand for; -1 for none."""
    return round(math.log(epochs, _FACTOR)) if epochs else -1
