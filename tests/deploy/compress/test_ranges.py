import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.compress.ranges import RANGES, _rounded, min_max, mse, percentile

VALUES = st.lists(st.floats(-1e3, 1e3, width=32), min_size=1, max_size=50).map(np.array)


@pytest.mark.parametrize("name", RANGES)
@given(values=VALUES)
def test_a_range_holds_zero_and_nothing_that_was_not_seen(name, values):
    low, high = RANGES[name](values)
    assert min(values.min(), 0) <= low <= 0 <= high <= max(values.max(), 0)


@given(values=VALUES)
def test_no_clip_rounds_worse_than_the_whole_range(values):
    def error(found):
        return np.mean((_rounded(values, *found) - values) ** 2)

    assert error(mse(values)) <= error(min_max(values)) + 1e-12


def test_one_outlier_does_not_decide_where_it_need_not():
    values = np.append(np.random.default_rng(0).normal(size=200_000), 100.0)
    assert min_max(values)[1] == 100
    assert percentile(values)[1] < 5
    # Two normal's width: a hundred times as many steps as the whole range, and one value cut short.
    few = np.append(np.random.default_rng(0).normal(size=50_000), 8.0)
    assert 3 < mse(few)[1] < 8
