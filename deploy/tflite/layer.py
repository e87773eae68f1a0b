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
class LayerNumbers:
    """Quantized weights of an operator, as a .tflite has them, and the quantization of its output."""

    scale: float
    """Of the output."""
    zero_point: int = 0
    """Of the output."""
    weights: np.ndarray | None = None
    """int8: (channels, height, width, inputs) of a convolution, (1, height, width, channels) of a depthwise one, and
    (classes, inputs) of a dense layer. None where the operator has none."""
    weight_scales: np.ndarray | None = None
    """float32, one a channel; one of all of a dense layer."""
    bias: np.ndarray | None = None
    """int32, in units of the weights' scales times the input's."""
