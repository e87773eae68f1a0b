"""The comparison that follows from judged students."""

from dataclasses import replace
from itertools import count

import pytest

from experiments.baselines.comparison import Difference, JudgedStudent
from experiments.baselines.figures import figures
from experiments.baselines.report import comparison_text, write_report


def rows(**accuracies):
    """Rows of each arm, by seed from 0 on."""
    common = dict(
        tried=4, trained_to_the_end=2, epochs=40, seconds=9.0, validation_accuracy=0.9, size_bytes=9_000,
        latency_ms=0.003, keeps_budget=True, genotype="stem 8",
    )  # fmt: skip
    return [
        JudgedStudent(arm=arm, seed=seed, student=f"{arm}-{seed}", test_accuracy=accuracy, **common)
        for arm, values in accuracies.items()
        for seed, accuracy in zip(count(), values)
    ]


def test_differences_are_paired_by_seed():
    comparison = figures(rows(search=[0.90, 0.80, 0.70], random=[0.88, 0.78, 0.68]), [], range(3), [])
    assert comparison.arms["random"].to_search == pytest.approx((-0.02, -0.02, -0.02))
    assert comparison.arms["search"].to_search is None
    assert comparison.arms["search"].half_width > 0.2
    assert comparison.sentences == ["Nothing beat the search on test, by the means over the seeds."]


def test_a_baseline_that_beats_the_search_is_named_and_chance_too():
    judged = rows(search=[0.90, 0.80, 0.70], random=[0.92, 0.83, 0.72], mobilenet=[0.99, 0.81, 0.65])
    sure, chance = figures(judged, [], range(3), []).sentences
    assert sure.startswith("The search was beaten on test: random search, equal seconds, +2.33 points")
    assert "chance" not in sure
    assert "MobileNet" in chance
    assert chance.endswith("that may be chance, by so few seeds.")


def test_a_seed_that_is_missing_leaves_pairs_of_the_others():
    judged = [
        row for row in rows(search=[0.9, 0.8, 0.7], winner=[0.8, 0.7, 0.6]) if (row.arm, row.seed) != ("winner", 1)
    ]
    comparison = figures(
        judged, [], range(3), ["the winner, trained anew with seed 1, since no training came to its end"]
    )
    assert comparison.arms["winner"].to_search == pytest.approx((-0.1, -0.1, -0.1))
    assert comparison.sentences[-1].startswith("Left out: the winner, trained anew with seed 1")
    alone = figures(judged[:4], [], range(3), []).arms["winner"]
    assert (alone.to_search, alone.half_width) == (None, None)


def test_seconds_in_which_the_machine_was_busy_are_told():
    judged = rows(search=[0.9, 0.9, 0.9], random=[0.8, 0.8, 0.8])
    judged[3:] = [replace(row, epochs=epochs) for row, epochs in zip(judged[3:], (20, 50, 100))]
    (_, sentence) = figures(judged, [], range(3), []).sentences
    assert "20 against 40 (seed 0), 100 against 40 (seed 2)." in sentence


def test_the_teacher_is_worth_what_the_winner_has_more_with_it():
    comparison = figures(rows(search=[0.9, 0.9], winner=[0.92, 0.90], winner_alone=[0.90, 0.88]), [], range(2), [])
    assert comparison.teacher == pytest.approx((0.02, 0.02, 0.02))
    assert any(line.startswith("The teacher was worth +2.00 points") for line in comparison.sentences)


def test_short_rungs_are_told_by_seed_over_students_of_both_rungs():
    rungs = [{str(n): n / 10 for n in range(8)}, {str(n): n / 20 for n in range(2, 8)}]
    few = [{"0": 0.1, "1": 0.2}, {"0": 0.3}]
    comparison = figures(rows(search=[0.9, 0.9]), [rungs, few], range(2), [])
    assert [(rank.students, rank.spearman) for rank in comparison.rank_correlation] == [(6, 1.0), (1, None)]
    assert "rung 0's accuracies with the last one's, by seed: +1.00 of 6, too few (1)" in comparison.sentences[-1]


def test_the_report_has_a_line_for_each_arm_and_seed_and_says_what_breaks_the_budget(tmp_path):
    judged = rows(search=[0.9, 0.8], random=[0.85, 0.8])
    judged[-1] = replace(judged[-1], keeps_budget=False)
    comparison = figures(judged, [], range(2), [])
    table, picture = write_report(tmp_path, comparison)
    assert len(table.read_text().splitlines()) == 5
    assert picture.stat().st_size > 5_000
    text = comparison_text(comparison)
    assert "90.00 80.00" in text
    assert "* measured, not all of these files keep the budget" in text


def test_points_have_a_sign_and_both_ends():
    assert Difference(0.0123, -0.001, 0.02).points() == "+1.23 points (95 %: -0.10 to +2.00)"
