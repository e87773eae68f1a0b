"""The race against stock random search, on a tiny space."""

import pytest

from deploy.budget import Budget
from experiments.benchmarks import search_speed
from experiments.benchmarks.cases import race
from experiments.benchmarks.search_speed import Settings
from experiments.data.load import load
from search.journal import Journal
from search.settings import Search
from tests.deploy.profiles import priced
from tests.tiny import EXPERIMENT as TINY


@pytest.mark.slow
def test_stock_trains_what_breaks_the_budget_and_ours_does_not(tmp_path, home, monkeypatch):
    settings = Settings(stock_trials=5, epochs=2)
    monkeypatch.setattr(search_speed, "CIFAR10", TINY)
    monkeypatch.setattr(search_speed, "BUDGET", Budget(size_bytes=6_000))
    monkeypatch.setattr(
        race, "prepared", lambda experiment: (load(TINY.data), None, priced(inference=0.001, operators=0.001))
    )
    journal = Journal(tmp_path / "journal.jsonl")
    result = search_speed._compared(settings, 0, journal)
    stock, ours = result.stock, result.ours
    assert stock.students == len(stock.trainings) == 5
    assert 0 < stock.share_inside < 1
    assert 0 < stock.seconds_over_budget < stock.cpu_seconds
    assert ours.share_inside == 1.0
    assert ours.seconds_over_budget == 0.0
    matched = [training.accuracy >= stock.best for training in ours.trainings]
    assert not any(matched[:-1]), "it ends as soon as it has matched"
    if matched[-1]:
        assert result.cpu_ratio == stock.cpu_seconds / ours.cpu_seconds
    else:
        assert result.cpu_ratio == 0
        assert ours.cpu_seconds >= stock.cpu_seconds / 2 or ours.students == settings.search.trials
    monkeypatch.delattr(search_speed, "timed_search")
    assert search_speed._compared(settings, 0, journal) == result, "what was searched is not searched again"


def test_a_search_is_kept_under_all_that_decides_it():
    settings, stock = Settings(), Search(oracle="random")
    assert settings.key(stock, 0) == Settings(seeds=(7,), json=True, stock_trials=2).key(stock, 0)
    others = {settings.key(stock, 1), settings.key(settings.search, 0), Settings(examples=99).key(stock, 0)}
    assert len(others | {settings.key(stock, 0)}) == 4
