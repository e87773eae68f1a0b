"""The benchmark of the latency model, on one space and few students."""

import json
from dataclasses import replace

from experiments.benchmarks import latency_model
from experiments.benchmarks.latency_model import Round, Settings, goals_of, main


def test_it_measures_and_prints_its_goals(home, capsys):
    main(Settings(experiments=("digits",), seeds=(0,), held_out=5, json=True))
    record = json.loads(capsys.readouterr().out)
    (only,) = record["spaces"]["digits"]
    assert 0 <= only["within_5_percent"] <= only["within_10_percent"] <= 1
    assert only["seconds"] > 0
    assert [goal["target"] for goal in record["goals"]] == [0.95, 1.0, 0.98, 60.0, 0.99]


def test_goals_are_means_and_worst_seeds():
    good = Round(
        seed=0, seconds=10.0, within_5_percent=1.0, within_10_percent=1.0, median_error=0.01, largest_error=0.05,
        spearman=0.99, inside_error_bar=1.0, median_error_bar=0.05, noise_95_percent=0.01, noise_largest=0.02,
        tile="4x16",
    )  # fmt: skip
    bad = replace(good, within_5_percent=0.8, within_10_percent=0.9, spearman=0.9, seconds=70.0, inside_error_bar=0.9)
    assert [goal.met for goal in goals_of([good, good])] == [True] * 5
    assert [goal.met for goal in goals_of([good, bad])] == [False] * 5
    assert set(latency_model.SHAPES) == {"digits", "fashion_mnist", "spoken_digit", "cifar10"}
