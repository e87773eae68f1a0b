"""ONNX nodes for quantized operators that compute on integers, rounded as XNNPACK rounds them."""

import math
from dataclasses import replace

import numpy as np

from deploy.exports.graph import Operator, Tensor
from deploy.exports.onnx_nodes import Nodes, window_attributes


def convolution(nodes: Nodes, operator: Operator, source: str) -> str:
    """A convolution or a dense layer, with its activation; `source` is the name of its data."""
    data, weights, *biases = operator.inputs
    dense, constant = operator.kind == "FULLY_CONNECTED", nodes.constant
    kernel = weights.constant
    if dense:
        # A convolution has a bias, which the standard's multiplication of quantized matrices has not.
        source = nodes.node("Reshape", source, constant(np.array([-1, data.shape[1], 1, 1])))
        kernel = kernel[..., None, None]
    result = nodes.node(
        "QLinearConv",
        *(source, *nodes.steps(data)),
        *(constant(kernel), *nodes.steps(weights), *nodes.steps(operator.output)),
        *(constant(bias.constant) for bias in biases),
        **({} if dense else {"group": operator.groups, **window_attributes(operator)}),
    )
    if operator.clamps:
        result = nodes.node("Clip", result, *map(constant, np.array(operator.clamp_steps, operator.output.dtype)))
    return nodes.node("Flatten", result) if dense else result


def mean(nodes: Nodes, operator: Operator, source: str) -> str:
    """A mean: the sum of steps, scaled once."""
    (data,), output = operator.inputs, operator.output
    count = np.float32(math.prod(data.shape[axis] for axis in operator.axes))
    steps = nodes.in_real_numbers(source, replace(data, scales=np.ones(1, np.float32)))
    scaled = nodes.node(
        "Mul", nodes.reduced("ReduceSum", steps, operator), nodes.constant(data.scales[0] / output.scales[0] / count)
    )
    return _at_zero_point(nodes, scaled, output, 0)


def requantized(nodes: Nodes, operator: Operator, source: str) -> str:
    """From one quantization to another: by a factor of whole 256ths, and halves go up."""
    (data,), output = operator.inputs, operator.output
    factor = np.rint(256 * data.scales / output.scales) / np.float32(256)
    return _at_zero_point(nodes, nodes.in_real_numbers(source, replace(data, scales=factor)), output, 1 / 512)


def with_scale(tensor: Tensor, scale: float) -> Tensor:
    """The tensor with its zero point at 0 and another scale: with 1 its steps stand for themselves."""
    return replace(tensor, scales=np.array([scale], np.float32), zero_points=np.zeros(1, np.int64))


def _at_zero_point(nodes: Nodes, name: str, output: Tensor, push: float) -> str:
    """Steps from the zero point, rounded after it is added: where the even one is, is decided by that."""
    moved = nodes.node("Add", name, nodes.constant(np.float32(output.zero_points[0] + push)))
    return nodes.node("QuantizeLinear", moved, *nodes.steps(with_scale(output, 1)))
