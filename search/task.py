"""The task of a student: the shape of its inputs and its number of classes."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Task:
    """A classification of images, or of spectrograms."""

    input_shape: tuple[int, int, int]
    """Height, width and channels of one input."""
    classes: int
