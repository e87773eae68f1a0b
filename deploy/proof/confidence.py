"""Confidence against accuracy: expected calibration error."""

import numpy as np

_BINS = 15


def expected_calibration_error(logits: np.ndarray, labels: np.ndarray) -> float:
    """Mean distance between confidence and accuracy, from 0 to 1, in 15 bins (Guo 2017, section 2).

    Args:
        logits: (examples, classes).
        labels: class numbers.
    """
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    confidence, right = shares.max(axis=1), logits.argmax(axis=1) == labels
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    gaps = [abs(confidence[bins == number].sum() - right[bins == number].sum()) for number in range(_BINS)]
    return float(sum(gaps) / len(labels))
