import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.baselines.intervals import interval, rank_correlation

distinct = st.lists(st.integers(0, 1_000), min_size=5, max_size=30, unique=True)


def test_the_interval_is_students():
    # t of 2 degrees of freedom is 4.303; the standard error of 1, 2, 3 is 1 / sqrt(3).
    assert interval([1.0, 2.0, 3.0]) == pytest.approx((2.0, 4.303 / 3**0.5), rel=1e-3)
    assert interval([0.5]) == (0.5, 0.0)
    assert interval([0.25, 0.25]) == (0.25, 0.0)


@given(values=distinct)
def test_the_same_order_correlates_fully_whatever_the_distances(values):
    assert rank_correlation(values, [value**3 for value in values]) == pytest.approx(1.0)
    assert rank_correlation(values, [-value for value in values]) == pytest.approx(-1.0)


@given(values=distinct, seed=st.randoms(use_true_random=False))
def test_it_does_not_matter_who_comes_first_or_which_side(values, seed):
    others = seed.sample(values, len(values))
    pairs = seed.sample(list(zip(values, others)), len(values))
    assert rank_correlation(values, others) == pytest.approx(rank_correlation(*zip(*pairs)), abs=1e-9)
    assert rank_correlation(values, others) == pytest.approx(rank_correlation(others, values), abs=1e-9)


def test_few_or_equal_ones_have_no_correlation():
    assert rank_correlation([1, 2, 3, 4], [1, 2, 3, 4]) is None
    assert rank_correlation([1, 1, 1, 1, 1], [1, 2, 3, 4, 5]) is None
