"""The comparison of oracles, on few searches."""

import json

import pytest

from experiments.benchmarks.search_regret import METHODS, Settings, main
from search.settings import Search


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
