import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.front import crowding, fronts, pareto_front, ranked


def dominates(first, second):
    return all(a <= b for a, b in zip(first, second)) and any(a < b for a, b in zip(first, second))


points = st.lists(st.tuples(*[st.integers(0, 5)] * 3), max_size=25)


@given(points=points)
def test_nothing_on_the_front_is_dominated_and_all_else_is(points):
    front = pareto_front(points, lambda p: p)
    for point in points:
        assert (point in front) == (not any(dominates(other, point) for other in points))


@given(points=points)
def test_ranking_keeps_everything_and_never_puts_the_dominated_first(points):
    order = ranked(points, lambda p: p)
    assert sorted(order) == sorted(points)
    for position, point in enumerate(order):
        assert not any(dominates(later, point) for later in order[position + 1 :])


def test_equals_share_the_front():
    assert pareto_front([(1, 2), (1, 2), (2, 2)], lambda p: p) == ((1, 2), (1, 2))


def test_crowding_is_endless_at_the_ends_and_wide_where_it_is_lonely():
    distances = crowding([(0.0, 4.0), (1.0, 3.0), (1.5, 2.5), (4.0, 0.0)])
    assert distances[0] == distances[3] == math.inf
    assert distances[1] < distances[2] == pytest.approx(3 / 4 + 3 / 4)


@given(points=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=12))
def test_fronts_part_the_results_and_none_is_beaten_from_behind(points):
    found = fronts(points, tuple)
    assert sorted(point for front in found for point in front) == sorted(points)
    for before, behind in itertools.pairwise(found):
        assert all(any(dominates(a, b) for a in before) for b in behind)
