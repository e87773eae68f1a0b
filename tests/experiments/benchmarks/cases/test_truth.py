"""Accuracies and costs of the table's students."""

from experiments.benchmarks.cases.truth import BUDGET, Truth


def test_the_budget_holds_most_of_the_space_and_not_all():
    truth = Truth()
    assert 0.5 < len(truth.fitting) / len(truth.costs) < 1
    assert truth.best < max(truth.accuracy.values()), "the budget costs accuracy"
    assert 0 < truth.volume < 1
    assert all(not BUDGET.broken_by(truth.costs[name]) for name in truth.fitting)
