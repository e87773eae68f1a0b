"""One operator of a student, as the deploy side reads it."""

from typing import Protocol


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
