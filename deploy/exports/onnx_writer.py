"""Writing a graph as ONNX, its integers as XNNPACK computes them."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from deploy.exports.channels_first import TO_FIRST, TO_LAST, channels_first
from deploy.exports.graph import RELU, Graph, Operator, Tensor
from deploy.exports.onnx_nodes import INPUT, Nodes

_BYTES = ("int8", "uint8")
# LiteRT takes the mean of a pool away from zero where it lies between two steps, ONNX to the even one: pushed by less
# than means of a few values can lie apart, they go the same way.
_PUSH = 1 + 2**-16


def onnx_of(graph: Graph, properties: dict[str, str]) -> bytes:
    """The ONNX file of a graph as `read_graph` gives it: the same input and output, but for a free batch.

    Args:
        properties: what the file says of itself, by name.
    """
    turned = channels_first(graph)
    writer = _Writer(turned.input)
    for operator in turned.operators:
        writer.add(operator)
    return writer.nodes.file(writer.given(turned.output), graph, properties)


class _Writer:
    def __init__(self, taken: Tensor):
        self.nodes = Nodes()
        # Of computed tensors, by number.
        self._names = {taken.number: self._ordered(INPUT, taken, TO_FIRST)}

    def given(self, tensor: Tensor) -> str:
        """A tensor in the file's own layout."""
        return self._ordered(self._names[tensor.number], tensor, TO_LAST)

    def add(self, operator: Operator) -> None:
        self._names[operator.output.number] = self._written(operator)

    def _ordered(self, name: str, tensor: Tensor, order: tuple[int, ...]) -> str:
        return self.nodes.node("Transpose", name, perm=order) if len(tensor.shape) == 4 else name

    def _written(self, operator: Operator) -> str:
        kind, data, output = operator.kind, operator.inputs[0], operator.output
        if kind == "TRANSPOSE":
            return self.nodes.node("Transpose", self._names[data.number], perm=operator.order)
        if kind == "RESHAPE":
            shape = self.nodes.constant(np.array([-1, *output.shape[1:]], np.int64))
            return self.nodes.node("Reshape", self._names[data.number], shape)
        if operator.weighted and output.dtype in _BYTES:
            return self._convolution_of_steps(operator)
        if kind == "MEAN" and output.quantized:
            return self._mean_of_steps(operator)
        if kind == "QUANTIZE" and data.dtype in _BYTES:
            return self._other_steps(operator)
        if kind == "AVERAGE_POOL_2D" and output.quantized:
            # In steps, as LiteRT has it.
            inputs, limits = (replace(data, **_steps_times(_PUSH)),), operator.clamp_steps
            operator = replace(operator, inputs=inputs, output=replace(output, **_steps_times(1)), clamp=limits)
        return self._settled(self._computed(operator), operator)

    def _computed(self, operator: Operator) -> str:
        """The operator on real numbers, without its activation."""
        kind, node, values = operator.kind, self.nodes.node, [self._real(tensor) for tensor in operator.inputs]
        if kind == "FULLY_CONNECTED":
            return node("Gemm", *values, transB=1)
        if operator.weighted:
            return node("Conv", *values, group=operator.groups, **_window(operator))
        if kind == "ADD":
            return node("Add", *values)
        if kind == "CONCATENATION":
            return node("Concat", *values, axis=operator.axes[0])
        if kind == "MEAN":
            return self._reduced("ReduceMean", values[0], operator)
        if kind == "PAD":
            return node("Pad", *values, self.nodes.constant(np.array(operator.paddings).T.reshape(-1)))
        if kind == "SOFTMAX":
            scaled = node("Mul", *values, self.nodes.constant(np.float32(operator.beta)))
            return node("Softmax", scaled, axis=operator.axes[0])
        if kind in ("MAX_POOL_2D", "AVERAGE_POOL_2D"):
            return node("MaxPool" if kind == "MAX_POOL_2D" else "AveragePool", *values, **_window(operator))
        return values[0]

    def _convolution_of_steps(self, operator: Operator) -> str:
        data, weights, *bias = operator.inputs
        source, dense, constant = self._names[data.number], operator.kind == "FULLY_CONNECTED", self.nodes.constant
        if dense:
            # A convolution has a bias, which the standard's multiplication of quantized matrices has not.
            source = self.nodes.node("Reshape", source, constant(np.array([-1, data.shape[1], 1, 1])))
            weights = replace(weights, values=weights.values[..., None, None])
        made = self.nodes.node(
            "QLinearConv",
            *(source, *self.nodes.steps(data)),
            *(constant(weights.values), *self.nodes.steps(weights), *self.nodes.steps(operator.output)),
            *(constant(each.values) for each in bias),
            **({} if dense else {"group": operator.groups, **_window(operator)}),
        )
        if operator.clamps:
            made = self.nodes.node("Clip", made, *map(constant, np.array(operator.clamp_steps, operator.output.dtype)))
        return self.nodes.node("Flatten", made) if dense else made

    def _mean_of_steps(self, operator: Operator) -> str:
        (data,), output = operator.inputs, operator.output
        count = np.float32(math.prod(data.shape[axis] for axis in operator.axes))
        total = self._reduced("ReduceSum", self._real(replace(data, scales=np.ones(1, np.float32))), operator)
        scaled = self.nodes.node("Mul", total, self.nodes.constant(data.scales[0] / output.scales[0] / count))
        return self._at_zero_point(scaled, output, 0)

    def _other_steps(self, operator: Operator) -> str:
        """From one quantization to another: by a factor of whole 256ths, and halves go up."""
        (data,), output = operator.inputs, operator.output
        factor = np.rint(256 * data.scales / output.scales) / np.float32(256)
        return self._at_zero_point(self._real(replace(data, scales=factor)), output, 1 / 512)

    def _at_zero_point(self, name: str, output: Tensor, push: float) -> str:
        """Steps from the zero point, rounded after it is added: where the even one is, is decided by that."""
        moved = self.nodes.node("Add", name, self.nodes.constant(np.float32(output.zero_points[0] + push)))
        return self.nodes.node("QuantizeLinear", moved, *self.nodes.steps(replace(output, **_steps_times(1))))

    def _reduced(self, kind: str, name: str, operator: Operator) -> str:
        keeps = len(operator.output.shape) == len(operator.inputs[0].shape)
        return self.nodes.node(kind, name, self.nodes.constant(np.array(operator.axes)), keepdims=int(keeps))

    def _settled(self, name: str, operator: Operator) -> str:
        """After the activation, in steps where the output has such."""
        if operator.clamps and operator.clamp == RELU:
            name = self.nodes.node("Relu", name)
        elif operator.clamps:
            name = self.nodes.node("Clip", name, *map(self.nodes.constant, np.float32(operator.clamp)))
        output = operator.output
        return self.nodes.node("QuantizeLinear", name, *self.nodes.steps(output)) if output.quantized else name

    def _real(self, tensor: Tensor) -> str:
        if tensor.values is not None:
            return self.nodes.real_constant(tensor)
        return self.nodes.in_real_numbers(self._names[tensor.number], tensor)


def _steps_times(scale: float) -> dict[str, np.ndarray]:
    """The quantization of values that stand for themselves, or so many times that."""
    return {"scales": np.array([scale], np.float32), "zero_points": np.zeros(1, np.int64)}


def _window(operator: Operator) -> dict[str, Sequence[int]]:
    window = operator.window
    (top, bottom), (left, right) = window.pads
    attributes = {"kernel_shape": window.kernel, "strides": window.strides, "pads": (top, left, bottom, right)}
    return {**attributes, "dilations": window.dilations} if operator.weighted else attributes
