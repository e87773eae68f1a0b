import numpy as np
import pytest

from deploy.latency import FEATURES, LatencyProfile, fit

NAMES = dict(device="host", runtime="r", processor="p", space_key="s")


def drawn(files=20):
    rng = np.random.default_rng(0)
    features = np.column_stack([np.ones(files), rng.uniform(1, [30, 1e6, 1e5, 1e5], (files, 4))])
    return features, np.array([1e-3, 2e-4, 5e-8, 2e-7, 1e-7])


def test_fit_recovers_the_prices_that_made_the_latencies():
    features, prices = drawn()
    profile = fit(features, features @ prices, **NAMES)
    np.testing.assert_allclose(profile.coefficients_ms, prices, rtol=1e-3)
    assert profile.relative_error < 1e-6
    assert profile.predict_ms(features[0]) == pytest.approx(features[0] @ prices)


def test_noise_widens_the_error_bar_that_the_budget_sees():
    features, prices = drawn()
    noisy = features @ prices * np.random.default_rng(1).uniform(0.9, 1.1, len(features))
    profile = fit(features, noisy, **NAMES)
    assert 0.02 < profile.relative_error < 0.5
    assert profile.upper_ms(features[0]) == pytest.approx(
        profile.predict_ms(features[0]) * (1 + profile.relative_error)
    )
    assert min(profile.coefficients_ms) >= 0


def test_too_few_measurements_are_refused():
    features, prices = drawn(files=len(FEATURES))
    with pytest.raises(ValueError, match="measure more"):
        fit(features, features @ prices, **NAMES)


def test_json_round_trip():
    features, prices = drawn()
    profile = fit(features, features @ prices, **NAMES)
    assert LatencyProfile.from_json(profile.to_json()) == profile
