"""Writing a graph as ONNX, its integers as XNNPACK computes them."""

from dataclasses import replace

import numpy as np

from deploy.exports import onnx_steps
from deploy.exports.channels_first import TO_FIRST, TO_LAST, channels_first
from deploy.exports.graph import RELU, Graph, Operator, Tensor
from deploy.exports.onnx_nodes import INPUT, Nodes, window_attributes

_BYTES = ("int8", "uint8")
# LiteRT takes the mean of a pool away from zero where it lies between two steps, ONNX to the even one: pushed by less
# than means of a few values can lie apart, they go the same way.
_PUSH = 1 + 2**-16


def onnx_of(graph: Graph, properties: dict[str, str]) -> bytes:
    """The ONNX file of a graph as `read_graph` gives it: the same input and output, but for a free batch.

    Args:
        properties: metadata of the file, by name.
    """
    turned = channels_first(graph)
    writer = _Writer(turned.input)
    for operator in turned.operators:
        writer.add(operator)
    return writer.nodes.file(writer.in_file_order(turned.output), graph, properties)


class _Writer:
    def __init__(self, source: Tensor):
        self.nodes = Nodes()
        # Of computed tensors, by number.
        self._names = {source.number: self._ordered(INPUT, source, TO_FIRST)}

    def in_file_order(self, tensor: Tensor) -> str:
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
            return onnx_steps.convolution(self.nodes, operator, self._names[data.number])
        if kind == "MEAN" and output.quantized:
            return onnx_steps.mean(self.nodes, operator, self._names[data.number])
        if kind == "QUANTIZE" and data.dtype in _BYTES:
            return onnx_steps.requantized(self.nodes, operator, self._names[data.number])
        if kind == "AVERAGE_POOL_2D" and output.quantized:
            # In steps, as LiteRT has it.
            inputs = (onnx_steps.with_scale(data, _PUSH),)
            output_steps = onnx_steps.with_scale(output, 1)
            operator = replace(operator, inputs=inputs, output=output_steps, clamp=operator.clamp_steps)
        return self._settled(self._computed(operator), operator)

    def _computed(self, operator: Operator) -> str:
        """The operator on real numbers, without its activation."""
        kind, node, values = operator.kind, self.nodes.node, [self._real(tensor) for tensor in operator.inputs]
        if kind == "FULLY_CONNECTED":
            return node("Gemm", *values, transB=1)
        if operator.weighted:
            return node("Conv", *values, group=operator.groups, **window_attributes(operator))
        if kind == "ADD":
            return node("Add", *values)
        if kind == "CONCATENATION":
            return node("Concat", *values, axis=operator.axes[0])
        if kind == "MEAN":
            return self.nodes.reduced("ReduceMean", values[0], operator)
        if kind == "PAD":
            return node("Pad", *values, self.nodes.constant(np.array(operator.paddings).T.reshape(-1)))
        if kind == "SOFTMAX":
            scaled = node("Mul", *values, self.nodes.constant(np.float32(operator.beta)))
            return node("Softmax", scaled, axis=operator.axes[0])
        if kind in ("MAX_POOL_2D", "AVERAGE_POOL_2D"):
            return node("MaxPool" if kind == "MAX_POOL_2D" else "AveragePool", *values, **window_attributes(operator))
        return values[0]

    def _settled(self, name: str, operator: Operator) -> str:
        """After the activation, in steps where the output has such."""
        if operator.clamps and operator.clamp == RELU:
            name = self.nodes.node("Relu", name)
        elif operator.clamps:
            name = self.nodes.node("Clip", name, *map(self.nodes.constant, np.array(operator.clamp, np.float32)))
        output = operator.output
        return self.nodes.node("QuantizeLinear", name, *self.nodes.steps(output)) if output.quantized else name

    def _real(self, tensor: Tensor) -> str:
        if tensor.values is not None:
            return self.nodes.real_constant(tensor)
        return self.nodes.in_real_numbers(self._names[tensor.number], tensor)
