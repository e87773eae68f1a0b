"""What a file's answers are worth beside being right: by class, and as confidences."""

import numpy as np

_BINS = 15


def class_accuracy(logits: np.ndarray, labels: np.ndarray) -> tuple[float | None, ...]:
    """Share of the examples of each class that are right; None for a class without examples.

    Args:
        logits: (examples, classes).
        labels: class numbers.
    """
    right = logits.argmax(axis=1) == labels
    return tuple(
        float(right[labels == number].mean()) if np.any(labels == number) else None for number in range(logits.shape[1])
    )


def calibration_error(logits: np.ndarray, labels: np.ndarray) -> float:
    """How far confidence is from accuracy, on average: expected calibration error in 15 bins (Guo 2017, section 2)."""
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    confidence, right = shares.max(axis=1), logits.argmax(axis=1) == labels
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    gaps = [abs(confidence[bins == number].sum() - right[bins == number].sum()) for number in range(_BINS)]
    return float(sum(gaps) / len(labels))
