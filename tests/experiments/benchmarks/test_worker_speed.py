"""Two workers against one, on two tiny students."""

import json

import pytest

from experiments.benchmarks import worker_speed
from experiments.benchmarks.worker_speed import Settings, main
from tests.tiny import EXPERIMENT as TINY


@pytest.mark.slow
def test_both_sides_train_and_are_timed(home, monkeypatch, capsys):
    monkeypatch.setattr(worker_speed, "EXPERIMENTS", {"tiny": TINY})
    main(Settings(students=2, rounds=1, epochs=1, json=True))
    record = json.loads(capsys.readouterr().out)
    ((one, two),) = record["experiments"]["tiny"]["seconds_of_one_and_of_two_with_twice_the_students"]
    assert record["goals"][0]["figure"] == record["experiments"]["tiny"]["ratio"] == 2 * one / two > 0
