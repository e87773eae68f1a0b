"""Confidence against accuracy: expected calibration error, and the temperature that lowers it."""

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

_BINS = 15
_HOTTEST = 20.0
_DRAWS, _SURE = 200, 0.95


def as_logits(outputs: np.ndarray) -> np.ndarray:
    """Outputs whose softmax is the confidences: the logarithms of outputs that are probabilities already."""
    shares = outputs.min() >= 0 and np.allclose(outputs.sum(axis=1), 1, atol=0.05)
    return np.log(np.maximum(outputs, 1e-6)) if shares else outputs


def expected_calibration_error(logits: np.ndarray, labels: np.ndarray) -> float:
    """Mean distance between confidence and accuracy, from 0 to 1, in 15 bins (Guo 2017, section 2).

    Args:
        logits: (examples, classes).
        labels: class numbers.
    """
    return _error(softmax(logits, axis=1).max(axis=1), logits.argmax(axis=1) == labels)


def calibration_error_of_either(logits: np.ndarray, labels: np.ndarray, temperature: float) -> float:
    """The larger expected calibration error of logits as they are, and divided by a temperature.

    A temperature that suits validation leaves any model too little confidence on an easier test split.
    """
    return max(expected_calibration_error(logits / divisor, labels) for divisor in (1.0, temperature))


def error_by_chance(logits: np.ndarray) -> float:
    """The calibration error that confidences which are exactly right stay below in 95 % of samples of this size."""
    confidence, rng = softmax(logits, axis=1).max(axis=1), np.random.default_rng(0)
    errors = [_error(confidence, rng.random(len(confidence)) < confidence) for _ in range(_DRAWS)]
    return float(np.quantile(errors, _SURE))


def fitted_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """The number to divide logits by for the least cross-entropy (Guo 2017, section 4.2), from 1/20 to 20."""
    rows = np.arange(len(labels))

    def cross_entropy(log_temperature: float) -> float:
        return -float(log_softmax(logits / np.exp(log_temperature), axis=1)[rows, labels].mean())

    bound = np.log(_HOTTEST)
    return float(np.exp(minimize_scalar(cross_entropy, bounds=(-bound, bound), method="bounded").x))


def _error(confidence: np.ndarray, right: np.ndarray) -> float:
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    gaps = [abs(confidence[bins == number].sum() - right[bins == number].sum()) for number in range(_BINS)]
    return float(sum(gaps) / len(right))
