"""Inputs and their labels: the examples that models are trained and validated on."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

UNLABELLED = -1
"""The label of an example without one: its one-hot row is zeros."""
_CHUNK_BYTES = 64_000_000
"""Of pixels as float32 that are held at once."""


class Pixels(Protocol):
    """Pictures that are read when they are asked for; an array is one too."""

    @property
    def shape(self) -> tuple[int, ...]:
        """(examples, height, width, channels)."""
        ...

    @property
    def dtype(self) -> np.dtype:
        """uint8."""
        ...

    def __len__(self) -> int: ...

    def __getitem__(self, rows: Any, /) -> np.ndarray:
        """The pictures of some rows, as an array takes them."""
        ...


@dataclass(frozen=True, kw_only=True, eq=False)
class Examples:
    """Inputs as uint8 pixels and their classes. Spectrograms are pixels too."""

    pixels: Pixels
    """uint8, shape (examples, height, width, channels)."""
    labels: np.ndarray
    """int64 class numbers, shape (examples,); UNLABELLED of examples without one, which are behind all others."""
    classes: int

    def __post_init__(self):
        if self.pixels.dtype != np.uint8 or len(self.pixels.shape) != 4:
            raise ValueError(f"pixels are {self.pixels.dtype} of shape {self.pixels.shape}; need uint8 of 4 dimensions")
        if self.labels.shape != (len(self.pixels),):
            raise ValueError(f"{len(self.pixels)} examples but labels of shape {self.labels.shape}")
        if len(self.labels) and not UNLABELLED <= self.labels.min() <= self.labels.max() < self.classes:
            raise ValueError(
                f"labels run from {self.labels.min()} to {self.labels.max()}; "
                f"{self.classes} classes need 0 to {self.classes - 1}"
            )
        if np.any(self.labels[: self.labelled] == UNLABELLED):
            raise ValueError("examples without a label are among those with one: they must be behind them")

    def __len__(self) -> int:
        return len(self.pixels)

    @property
    def labelled(self) -> int:
        """The number of examples with a label, which are the first ones."""
        return int(np.count_nonzero(self.labels != UNLABELLED))

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """Height, width, channels of one example."""
        _, height, width, channels = self.pixels.shape
        return height, width, channels


@dataclass(frozen=True, kw_only=True, eq=False)
class Splits:
    """The examples that a model is trained on, and those that it is validated on."""

    train: Examples
    """Each with a label."""
    validation: Examples
    """Each with a label."""
    taught: Examples | None = None
    """Those of `train`, and unlabelled ones behind them, for trainings under a teacher; None is `train`."""

    def __post_init__(self):
        for name, examples in (("train", self.train), ("validation", self.validation)):
            if examples.labelled < len(examples):
                raise ValueError(f"{len(examples) - examples.labelled} examples of {name} have no label")

    def seen(self, *, taught: bool) -> Examples:
        """The examples of a training; without a teacher there is nothing to learn from those without a label."""
        return self.taught if taught and self.taught is not None else self.train


def chunks(pixels: Pixels) -> Iterator[np.ndarray]:
    """All pictures in order, as many at once as fit a small part of the memory as floats."""
    rows = max(1, _CHUNK_BYTES // (4 * math.prod(pixels.shape[1:])))
    for start in range(0, len(pixels), rows):
        yield pixels[start : start + rows]


SCALED_RANGE = (-1.0, 127 / 128)
"""Values of scaled pixels 0 and 255."""


def scaled(pixels):
    """Pixels 0..255 (array or tensor of floats) from -1 to 127/128, the range that every model here is trained on.

    A step is 1/128, so that int8 inputs are pixels less 128, exactly.
    """
    return pixels / 128 - 1
