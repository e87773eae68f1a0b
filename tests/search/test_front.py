from hypothesis import given
from hypothesis import strategies as st

from search.front import dominates, pareto_front, ranked

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
