"""The benchmark of what passes beside training steps, on one student of a short search."""

from dataclasses import replace

import pytest

from experiments.benchmarks.overhead_cases import trial
from search.settings import Search


@pytest.mark.slow
def test_a_trial_is_divided_into_steps_and_the_rest(home, monkeypatch):
    monkeypatch.setattr(trial, "EXPERIMENT", replace(trial.EXPERIMENT, search=Search(epochs=(2, 3), survivors=(1,))))
    (seconds,) = trial.trials(1)
    assert min(*seconds.beside_by_rung, *seconds.training_by_rung, seconds.score) > 0
    assert seconds.beside == sum(seconds.beside_by_rung) + seconds.score
