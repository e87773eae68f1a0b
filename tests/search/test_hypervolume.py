import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.front import pareto_front
from search.hypervolume import hypervolume
from search.oracles.hypervolume_oracle import expected_improvement, expected_volume

POINTS = st.lists(st.tuples(*[st.floats(0, 1)] * 3), min_size=1, max_size=8)


def test_known_volumes():
    assert hypervolume([], (1, 1)) == 0
    assert hypervolume([(0.5, 0.5)], (1, 1)) == 0.25
    assert hypervolume([(0.2, 0.6), (0.6, 0.2)], (1, 1)) == pytest.approx(0.32 + 0.32 - 0.16)
    assert hypervolume([(0.0, 0.0, 0.0)], (1, 2, 3)) == 6
    assert hypervolume([(0.5, 2.0, 0.5)], (1, 1, 1)) == 0


@given(points=POINTS)
def test_volume_is_what_random_points_say(points):
    below = np.random.default_rng(0).uniform(size=(4_000, 3))
    share = np.mean([(np.array(points) <= each).all(axis=1).any() for each in below])
    assert hypervolume(points, (1, 1, 1)) == pytest.approx(share, abs=0.05)


@given(points=POINTS, more=POINTS)
def test_volume_grows_with_points_and_needs_only_the_front(points, more):
    whole = hypervolume(points + more, (1, 1, 1))
    assert whole >= hypervolume(points, (1, 1, 1)) - 1e-12
    assert whole == pytest.approx(hypervolume(pareto_front(points + more, tuple), (1, 1, 1)))


@given(points=POINTS, candidate=st.tuples(*[st.floats(0, 1)] * 3))
def test_a_certain_candidate_adds_its_volume(points, candidate):
    students, costs = np.array(points), np.array([candidate[1:]])
    gain = expected_volume(students, costs, np.array([candidate[0]]), np.array([1e-9]))[0]
    worst = max(students[:, 0].max(), candidate[0])
    reference = 1.1 * np.array([worst, *np.vstack([students[:, 1:], costs]).max(axis=0)])
    added = hypervolume([*points, candidate], reference) - hypervolume(points, reference)
    assert gain == pytest.approx(added, abs=1e-6)


def test_improvement_is_the_mean_of_what_is_above_the_best():
    drawn = np.maximum(np.random.default_rng(0).normal(0.4, 0.2, 100_000) - 0.5, 0).mean()
    assert expected_improvement(0.5, np.array([0.4]), np.array([0.2]))[0] == pytest.approx(drawn, rel=0.02)
