"""The table that searches are compared on, and the comparison itself on few searches."""

import json

import pytest

from experiments.benchmarks.cases.truth import BUDGET, Truth
from experiments.benchmarks.search_regret import METHODS, Settings, main
from experiments.benchmarks.tabulate import EPOCHS, SEEDS, genotypes, read_table, short
from search.settings import Search


def test_the_table_has_every_genotype_of_its_space_and_every_seed():
    table = read_table()
    assert set(table) == {short(genotype) for genotype in genotypes()}
    assert len(table) >= 400
    for by_seed in table.values():
        assert set(by_seed) == set(SEEDS)
        assert all(
            len(accuracies) == len(EPOCHS) and 0 < min(accuracies) <= max(accuracies) < 1
            for accuracies in by_seed.values()
        )


def test_the_budget_holds_most_of_the_space_and_not_all():
    truth = Truth()
    assert 0.5 < len(truth.fitting) / len(truth.costs) < 1
    assert truth.best < max(truth.accuracy.values()), "the budget costs accuracy"
    assert 0 < truth.volume < 1
    assert all(not BUDGET.broken_by(truth.costs[name]) for name in truth.fitting)


def test_methods_train_for_equal_epochs():
    for method in METHODS.values():
        counts = (method.trials, *method.survivors)
        if method.oracle != "hyperband":
            assert sum(n * e for n, e in zip(counts, method.epochs)) == pytest.approx(900, rel=0.01)
    assert METHODS["hypervolume"].oracle == Search().oracle, "the default is what the goals are about"


@pytest.mark.slow
def test_it_compares_and_prints_its_goals(capsys):
    main(Settings(methods=("evolution", "hyperband"), seeds=2, json=True))
    record = json.loads(capsys.readouterr().out)
    assert set(record["regrets"]) == {"random", "evolution", "hyperband"}
    for figures in record["regrets"].values():
        assert all(0 <= regret < 1 for name in ("final", "volume") for regret in figures[name])
        assert figures["epochs"] == pytest.approx([900, 900], rel=0.02)
    assert record["ratios_with_intervals"]["random final"][0] == 1
    assert [goal["met"] for goal in record["goals"]] == [None, None]
