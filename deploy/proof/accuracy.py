"""Accuracy: of outputs, of each class, and of a file on labelled pixels."""

from typing import Protocol

import numpy as np

from deploy.tflite import runtime


class LabelledPixels(Protocol):
    """Examples of one split."""

    @property
    def pixels(self) -> runtime.Pixels:
        """uint8, shape (examples, height, width, channels)."""
        ...

    @property
    def labels(self) -> np.ndarray:
        """Class numbers, shape (examples,)."""
        ...


def accuracy(outputs: np.ndarray, labels: np.ndarray) -> float:
    """Share of examples whose largest output, of (examples, classes), is that of the label."""
    return float(np.mean(outputs.argmax(axis=1) == labels))


def class_accuracy(outputs: np.ndarray, labels: np.ndarray) -> tuple[float | None, ...]:
    """Accuracy on the examples of each class; None for a class without examples."""
    right = outputs.argmax(axis=1) == labels
    return tuple(
        float(right[labels == number].mean()) if np.any(labels == number) else None
        for number in range(outputs.shape[1])
    )


def balanced_accuracy(outputs: np.ndarray, labels: np.ndarray) -> float:
    """Mean of the accuracies of the classes that have examples: guessing has 1 / classes, however rare some are."""
    return float(np.mean([share for share in class_accuracy(outputs, labels) if share is not None]))


def file_accuracy(
    model_bytes: bytes, examples: LabelledPixels, input_range: tuple[float, float] | None = None
) -> float:
    """Accuracy of a file; `input_range` is what pixels 0 and 255 stand for, None the range of the file's input."""
    return accuracy(runtime.run(model_bytes, examples.pixels, input_range), examples.labels)
