"""A .tflite's graph with its attributes decoded, as `read_graph` reads it for the writers of other formats."""

from dataclasses import dataclass, replace

import numpy as np

KINDS = (
    *("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "ADD", "MEAN", "PAD", "RESHAPE", "SOFTMAX", "MAX_POOL_2D"),
    *("AVERAGE_POOL_2D", "CONCATENATION", "RELU", "RELU6", "QUANTIZE", "DEQUANTIZE"),
)
"""The operators that exports know, by LiteRT's names."""
WEIGHTED = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED")
"""Kinds with weights, and a bias where there is one."""
NO_LIMITS, RELU = (-np.inf, np.inf), (0.0, np.inf)
"""Limits of activations."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Tensor:
    """A value of the graph."""

    number: int
    shape: tuple[int, ...]
    dtype: str
    scales: np.ndarray
    """float32: one, or one for each place along `axis`; none where the values stand for themselves."""
    zero_points: np.ndarray
    """int64, as many."""
    axis: int
    values: np.ndarray | None
    """Of a constant, as the file has them; None for what is computed."""

    @property
    def quantized(self) -> bool:
        """True if its values stand for others."""
        return self.scales.size > 0

    @property
    def constant(self) -> np.ndarray:
        """`values` of what is a constant."""
        assert self.values is not None
        return self.values

    @property
    def real(self) -> np.ndarray:
        """The numbers that a constant's values stand for, float32."""
        if not self.quantized:
            return self.constant.astype(np.float32)
        along = [-1 if axis == self.axis else 1 for axis in range(len(self.shape))]
        scales, zero_points = self.scales.astype(np.float64).reshape(along), self.zero_points.reshape(along)
        return ((self.constant - zero_points) * scales).astype(np.float32)

    def transposed(self, order: tuple[int, ...]) -> "Tensor":
        """Its axes in another order, as of `numpy.transpose`."""
        return replace(
            self,
            shape=tuple(self.shape[axis] for axis in order),
            axis=order.index(self.axis),
            values=None if self.values is None else np.ascontiguousarray(self.values.transpose(order)),
        )


@dataclass(frozen=True, kw_only=True)
class Window:
    """Kernel, strides, dilations and padding of an operator along height and width."""

    kernel: tuple[int, int]
    strides: tuple[int, int]
    dilations: tuple[int, int]
    pads: tuple[tuple[int, int], tuple[int, int]]
    """Before and after, of height and of width."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Operator:
    """One step of the graph."""

    kind: str
    """One of `KINDS`; `channels_first` has TRANSPOSE as well."""
    inputs: tuple[Tensor, ...]
    """Data; of the `WEIGHTED` weights and bias after it."""
    output: Tensor
    window: Window | None = None
    """Of convolutions and pools."""
    clamp: tuple[float, float] = NO_LIMITS
    """Limits of the activation, as real numbers."""
    axes: tuple[int, ...] = ()
    """Axes of a mean, or the one of a concatenation or a softmax."""
    paddings: tuple[tuple[int, int], ...] = ()
    """Of a pad: zeros before and after, axis by axis."""
    beta: float = 1.0
    """Factor of a softmax's input."""
    order: tuple[int, ...] = ()
    """Of a transpose, as of `numpy.transpose`."""

    @property
    def sliding_window(self) -> Window:
        """`window` of a convolution or a pool."""
        assert self.window is not None
        return self.window

    @property
    def weighted(self) -> bool:
        """True for a convolution or a dense layer."""
        return self.kind in WEIGHTED

    @property
    def clamps(self) -> bool:
        """True if the activation changes anything: quantized values have limits of their own."""
        if not self.output.quantized:
            return self.clamp != NO_LIMITS
        limits = np.iinfo(self.output.dtype)
        return self.clamp_steps != (limits.min, limits.max)

    @property
    def groups(self) -> int:
        """Of a convolution in the layout of `channels_first`."""
        return self.inputs[0].shape[1] // self.inputs[1].shape[1]

    @property
    def clamp_steps(self) -> tuple[int, int]:
        """The activation's limits in the output's own steps, as LiteRT rounds them."""
        limits = np.iinfo(self.output.dtype)
        steps = np.rint(np.array(self.clamp, np.float32) / self.output.scales[0]) + self.output.zero_points[0]
        low, high = np.clip(steps, limits.min, limits.max)
        return int(low), int(high)

    @property
    def reach(self) -> tuple[float, float]:
        """Least and largest real number of the output: the activation's limits, and those of its steps."""
        if not self.output.quantized:
            return self.clamp
        low, high = (np.array(self.clamp_steps) - self.output.zero_points[0]) * float(self.output.scales[0])
        return float(low), float(high)


@dataclass(frozen=True, kw_only=True, eq=False)
class Graph:
    """Operators in their order, from one input to one output."""

    input: Tensor
    output: Tensor
    operators: tuple[Operator, ...]

    @property
    def dtype(self) -> str:
        """Of what is computed between the ends, where that is all the same; else float32."""
        dtypes = {operator.output.dtype for operator in self.operators if operator.kind != "DEQUANTIZE"}
        return dtypes.pop() if len(dtypes) == 1 else "float32"
