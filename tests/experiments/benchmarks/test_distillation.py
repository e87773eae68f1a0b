"""The two benchmarks of distillation, on next to nothing: that they measure, count and go on."""

import json
from dataclasses import replace

import pytest

from distill.distillation import Distillation
from distill.teacher import Teacher
from experiments.benchmarks import distillation_gain, distillation_throughput
from experiments.benchmarks.cases.pairs import PAIRS, Pair
from experiments.benchmarks.distillation_gain import Settings, goals_of, summary
from experiments.digits import EXPERIMENT as DIGITS


def test_throughput_measures_all_three(home, capsys):
    small = dict(examples=320, epochs=1, rounds=1)
    distillation_throughput.main(distillation_throughput.Settings(experiment="digits", **small, json=True))
    record = json.loads(capsys.readouterr().out)
    assert set(record["images_per_s"]) == {"plain", "banked", "online"}
    assert min(record["median_images_per_s"].values()) > 0
    assert [goal["target"] for goal in record["goals"]] == [0.97, 3.0]
    assert record["goals"][0]["figure"] == pytest.approx(
        record["median_images_per_s"]["banked"] / record["median_images_per_s"]["plain"]
    )


def test_gap_closed_is_paired_and_against_the_better_alone():
    seen = {
        "alone": [0.80, 0.82],
        "alone_same_views": [0.70, 0.72],
        "distilled": [0.85, 0.87],
        "online": [0.85, 0.88],
    }
    gain = summary(seen, teacher=0.91)
    # 0.05 of a gap of 0.10, the same for both seeds: no interval.
    assert gain.closed["distilled"] == pytest.approx((0.5, 0.5, 0.5))
    mean, low, high = gain.closed["online"]
    assert mean == pytest.approx(0.55)
    assert low < 0.5 < 0.6 < high


def test_goals_need_four_pairs_and_five_seeds():
    pair = summary({"alone": [0.8] * 5, "distilled": [0.87] * 5, "online": [0.8705] * 5}, teacher=0.9)
    pairs = {str(number): pair for number in range(4)}
    assert [goal.met for goal in goals_of(pairs, 5)] == [True, True, True]
    assert [goal.figure for goal in goals_of(pairs, 5)] == pytest.approx([0.7, 0.7, 0.0005])
    assert [type(goal.met) for goal in goals_of(pairs, 5)] == [bool] * 3, "numpy's truth values are no JSON"
    assert [goal.met for goal in goals_of(pairs, 4)] == [None, None, None]
    assert [goal.met for goal in goals_of({"0": pair}, 5)] == [None, None, None]


def test_gain_trains_each_arm_once_and_goes_on(home, monkeypatch, capsys):
    teacher = replace(DIGITS, teacher=Teacher(width=8, groups=2, epochs=1), views=2)
    # The student sees fewer examples than its teacher.
    experiment = replace(teacher, data=replace(DIGITS.data, train_examples=100), distillation=Distillation())
    pair = Pair(
        teacher=teacher,
        experiment=experiment,
        alone=DIGITS.augmentation,
        student=PAIRS["digits_dense"].student,
        epochs=1,
    )
    monkeypatch.setattr(distillation_gain, "PAIRS", {"digits_dense": pair})
    settings = Settings(pairs=("digits_dense",), seeds=(0,), losses=("dist", "similarity_preserving"), json=True)
    distillation_gain.main(settings)
    first = capsys.readouterr()
    record = json.loads(first.out)
    arms = record["pairs"]["digits_dense"]["accuracies"]
    assert set(arms) == {"alone", "alone_same_views", "distilled", "online", "dist", "similarity_preserving"}
    assert "digits_dense" not in first.err
    assert first.err.count("seed 0:") == 7
    distillation_gain.main(settings)
    again = capsys.readouterr()
    assert json.loads(again.out)["pairs"] == record["pairs"]
    assert again.err == ""
