"""What the deploy side needs to know of one operator of a student."""

from typing import Protocol


class LayerLike(Protocol):
    """One operator of the deployed graph with batch norm and ReLU folded in, as `search.walk.Layer` has it."""

    kind: str
    """input, pool (a fixed depthwise convolution without padding), conv, depthwise, add, mean or dense."""
    inputs: tuple[int, ...]
    """Positions of the layers that feed this one."""
    shape: tuple[int, int, int]
    """Height, width, channels of the output."""
    kernel: tuple[int, int]
    """Height and width."""
    stride: int
    relu: bool
