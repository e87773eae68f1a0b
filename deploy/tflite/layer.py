"""One operator of a student, as the deploy side reads it, and its numbers in an int8 file."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np


class LayerLike(Protocol):
    """One operator of the deployed graph with batch norm and ReLU folded in, as `search.walk.Layer` has it."""

    @property
    def kind(self) -> str:
        """input, pool (a fixed depthwise convolution without padding), conv, depthwise, add, mean or dense."""
        ...

    @property
    def inputs(self) -> tuple[int, ...]:
        """Positions of the layers that feed this one."""
        ...

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width, channels of the output."""
        ...

    @property
    def kernel(self) -> tuple[int, int]:
        """Height and width."""
        ...

    @property
    def stride(self) -> int:
        """Along height and width."""
        ...

    @property
    def relu(self) -> bool:
        """True if a ReLU follows."""
        ...


@dataclass(frozen=True, kw_only=True, eq=False)
class LayerWeights:
    """Quantized weights of an operator, as a .tflite has them."""

    steps: np.ndarray
    """int8: (channels, height, width, inputs) of a convolution, (1, height, width, channels) of a depthwise one, and
    (classes, inputs) of a dense layer."""
    scales: np.ndarray
    """float32, one a channel; one of all of a dense layer."""
    bias: np.ndarray
    """int32, in units of these scales times the input's."""


@dataclass(frozen=True, kw_only=True, eq=False)
class LayerNumbers:
    """Weights of an operator, and the quantization of its output."""

    scale: float
    zero_point: int = 0
    weights: LayerWeights | None = None
    """None where the operator has none."""
