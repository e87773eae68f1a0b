import re

import pytest

from deploy.budget import Budget
from experiments.errors import UserError
from experiments.searching.feasible import require_feasible
from search.choices import smallest
from search.estimate import estimate
from search.feasibility import feasibility
from search.space import Space
from search.task import Task

TASK = Task(input_shape=(8, 8, 1), classes=10)


def test_share_grows_with_the_limit():
    shares = [require_feasible(Space(), TASK, Budget(size_bytes=size), None) for size in (8_000, 24_000, 10**9)]
    assert 0 < shares[0] < shares[1] < shares[2] == 1


def test_an_impossible_budget_names_the_nearest_that_something_keeps():
    impossible = Budget(size_bytes=1000, macs=2_000_000)
    with pytest.raises(UserError, match="budget.size_bytes is 1000, the least of any candidate is") as caught:
        require_feasible(Space(), TASK, impossible, None)
    flags = dict(re.findall(r"--budget.([a-z-]+) ([0-9.e+]+)", str(caught.value)))
    nearest = Budget(**{name.replace("-", "_"): float(limit) for name, limit in flags.items()})
    assert nearest.macs == 2_000_000
    assert feasibility(Space(), TASK, nearest, None).nearest is None


def test_the_nearest_is_sought_at_each_resolution():
    task, space = Task(input_shape=(28, 28, 1), classes=10), Space(downscales=(1, 2, 4))
    least = [estimate(smallest(Space(downscales=(each,)), task), None) for each in (1, 4)]
    assert least[0].size_bytes < least[1].size_bytes
    assert least[0].macs > least[1].macs
    for cost in least:
        assert feasibility(space, task, Budget(size_bytes=cost.size_bytes, macs=cost.macs), None).nearest is None


def test_ranges_and_shares_are_of_the_space():
    found = feasibility(Space(), TASK, Budget(size_bytes=12_000, macs=10**9), None)
    assert found.refused["macs"] == 0
    assert found.share == pytest.approx(1 - found.refused["size_bytes"])
    assert "latency_ms" not in found.costs
    for extent in found.costs.values():
        assert 0 < extent.least <= extent.median <= extent.most
