import re

import pytest

from deploy.budget import Budget
from experiments.errors import UserError
from experiments.feasibility import require_feasible
from search.space import Space

SHAPE = dict(input_shape=(8, 8, 1), classes=10)


def test_share_grows_with_the_limit():
    shares = [require_feasible(Space(), Budget(size_bytes=size), None, **SHAPE) for size in (8_000, 24_000, 10**9)]
    assert 0 < shares[0] < shares[1] < shares[2] == 1


def test_an_impossible_budget_names_the_smallest_candidate():
    with pytest.raises(UserError, match="budget.size_bytes is 1000, the smallest candidate needs") as caught:
        require_feasible(Space(), Budget(size_bytes=1000), None, **SHAPE)
    smallest = int(re.search(r"needs (\d+)", str(caught.value))[1])
    assert require_feasible(Space(), Budget(size_bytes=smallest), None, **SHAPE) > 0
