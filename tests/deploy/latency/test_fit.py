"""Fitting to latencies that known prices made, of random students."""

import math

import numpy as np
import pytest

from deploy.latency.features import FEATURES, TILES, Tile, features
from deploy.latency.fit import MIN_MEASUREMENTS, fit, informative
from deploy.latency.profile import LatencyProfile, OutsideProfile
from search.space import Space
from search.walk import walk
from tests.deploy.profiles import HOST, priced

TILE = Tile(rows=5, columns=16, depth=8)
PRICES = np.random.default_rng(0).uniform(0.5, 2.0, len(FEATURES)) * 1e-6
PRICES[:2] = 5e-4, 3e-5
NAMES = dict(designed=0, repeatability=0.0, provenance=HOST, space_key="s", seconds=1.0)


@pytest.fixture(scope="module")
def students(genotypes):
    return [walk(genotypes(seed, input_shape=(16, 16, 1))) for seed in range(160)]


def latencies(students, noise=0.0):
    exact = np.array([features(layers, TILE) @ PRICES for layers in students])
    return exact * np.exp(np.random.default_rng(1).normal(0, noise, len(students)))


def test_prices_that_made_the_latencies_predict_others(students):
    profile = fit(students[:100], latencies(students[:100]), **NAMES)
    predicted = [profile.predict_ms(layers) for layers in students[100:]]
    np.testing.assert_allclose(predicted, latencies(students[100:]), rtol=0.01)
    assert profile.tile == TILE
    assert profile.within_5_percent == profile.within_10_percent == 1
    assert profile.spearman > 0.999
    assert min(profile.prices_ms) >= 0


def test_noise_widens_the_error_bar_which_then_holds(students):
    quiet, noisy = (fit(students[:100], latencies(students[:100], noise), **NAMES) for noise in (0.001, 0.03))
    assert quiet.margin < 0.01 < noisy.margin
    measured = latencies(students, 0.03)[100:]
    upper = [noisy.upper_ms(layers) for layers in students[100:]]
    assert np.mean(measured <= upper) > 0.95


def test_far_from_what_was_measured_the_error_bar_widens(students, genotypes):
    profile = fit(students[:100], latencies(students[:100], 0.02), **NAMES)
    huge = walk(genotypes(0, input_shape=(16, 16, 1), space=Space(widths=(512,), depths=(6,), expansions=(4,))))
    near, far = (profile.upper_ms(layers) / profile.predict_ms(layers) for layers in (students[120], huge))
    assert far > near > 1 + profile.margin


def test_the_error_bar_holds_what_two_measurements_differ_by(students):
    steady, drifting = (
        fit(students[:100], latencies(students[:100]), **{**NAMES, "repeatability": r}) for r in (0.0, 0.03)
    )
    layers = students[120]
    assert drifting.upper_ms(layers) == pytest.approx(steady.upper_ms(layers) + 0.03 * steady.predict_ms(layers))


def test_designed_students_are_not_among_the_errors_that_are_told(students):
    measured = latencies(students[:100])
    measured[:10] *= 3
    assert fit(students[:100], measured, **{**NAMES, "designed": 10}).within_10_percent > 0.5
    assert fit(students[:100], measured, **NAMES).largest_error > 1


def test_too_few_measurements_are_refused(students):
    few = students[: MIN_MEASUREMENTS - 1]
    with pytest.raises(ValueError, match="measure more"):
        fit(few, latencies(few), **NAMES)


def test_informative_students_fix_the_prices_better_than_random_ones(students):
    chosen = informative(students, chosen=50, others=10)
    assert len(chosen) == len(set(chosen)) == 60
    assert chosen[50:] == [position for position in range(160) if position not in chosen[:50]][:10]

    relative = np.array([features(layers, TILE) for layers in students]) / latencies(students)[:, None]

    def worst_leverage(positions):
        inverse = np.linalg.pinv(relative[positions].T @ relative[positions])
        return np.einsum("ij,jk,ik->i", relative, inverse, relative).max()

    assert worst_leverage(chosen[:50]) < worst_leverage(list(range(50)))


def test_every_count_is_finite_and_grows_with_the_student(students):
    for tile in TILES:
        counts = np.array(features(students[0], tile))
        assert counts.shape == (len(FEATURES),)
        assert np.isfinite(counts).all()
        assert counts[0] == 1
        assert counts[1] == len(students[0]) - 1


def test_what_no_measured_student_had_is_refused(students):
    depthwise = next(layers for layers in students if any(layer.kind == "depthwise" for layer in layers))
    unseen = {"depthwise_3x3": False, "depthwise_5x5": False}
    with pytest.raises(OutsideProfile, match="saw no student with depthwise_.*calibrate the device"):
        priced(inference=1.0, seen=unseen).upper_ms(depthwise)


def test_json_round_trip(students):
    profile = fit(students[:100], latencies(students[:100]), **NAMES)
    assert LatencyProfile.from_json(profile.to_json()) == profile
    assert all(map(math.isfinite, profile.prices_ms))


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[1]", '{"format": 1}', priced().to_json().replace('"format": 1', '"format": 0'),
     priced().to_json().replace('"gemm_tiles"', '"tiles"')],
)  # fmt: skip
def test_other_text_is_no_profile(text):
    with pytest.raises(ValueError, match="not a latency profile|another version|Expecting value"):
        LatencyProfile.from_json(text)
