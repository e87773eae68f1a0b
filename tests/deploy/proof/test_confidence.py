import numpy as np
import pytest
from scipy.special import softmax

from deploy.proof.confidence import (
    as_logits,
    calibration_error_of_either,
    error_by_chance,
    expected_calibration_error,
    fitted_temperature,
)


def sampled(count: int, temperature: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Logits whose softmax at a temperature is the share of each class among the labels."""
    rng = np.random.default_rng(0)
    logits = 2 * rng.normal(size=(count, 4))
    shares = softmax(logits / temperature, axis=1)
    return logits, (shares.cumsum(axis=1) < rng.random((count, 1))).sum(axis=1)


def test_confidence_that_is_right_has_no_error_and_boasting_has():
    rng = np.random.default_rng(0)
    confidence, labels = 0.8, (rng.uniform(size=20_000) > 0.8).astype(int)
    logits = np.tile([np.log(confidence / (1 - confidence)), 0.0], (len(labels), 1))
    assert expected_calibration_error(logits, labels) < 0.01
    assert expected_calibration_error(20 * logits, labels) == pytest.approx(0.2, abs=0.01)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_the_temperature_that_made_the_labels_is_fitted(temperature):
    logits, labels = sampled(20_000, temperature)
    assert fitted_temperature(logits, labels) == pytest.approx(temperature, rel=0.05)


def test_chance_leaves_less_error_the_more_examples_there_are():
    few, many = (error_by_chance(sampled(count)[0]) for count in (100, 10_000))
    assert 0 < many < few < 0.3
    logits, labels = sampled(10_000)
    assert expected_calibration_error(logits, labels) <= many


def test_probabilities_are_not_taken_for_logits():
    logits, labels = sampled(1_000)
    shares = softmax(logits, axis=1)
    assert expected_calibration_error(as_logits(shares), labels) == pytest.approx(
        expected_calibration_error(logits, labels), abs=1e-3
    )
    np.testing.assert_array_equal(as_logits(logits), logits)


def test_the_larger_error_of_logits_with_and_without_a_temperature():
    logits, labels = sampled(20_000)
    calibrated = expected_calibration_error(logits, labels)
    for temperature in (0.2, 5.0):
        error = calibration_error_of_either(logits, labels, temperature)
        assert error == expected_calibration_error(logits / temperature, labels) > 5 * calibrated
        assert calibration_error_of_either(logits / temperature, labels, 1 / temperature) == error
