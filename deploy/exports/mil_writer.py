"""Writing a graph as a program of Core ML, whose activations are in floating point."""

from typing import Any

import numpy as np

from deploy.exports.channels_first import channels_first
from deploy.exports.graph import NO_LIMITS, RELU, Graph, Operator, Tensor

INPUT, LOGITS, CONFIDENCES = "pixels", "logits", "confidences"
# Their outputs have ranges of their own, which values in floating point would leave.
_RANGED = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "ADD", "MEAN", "QUANTIZE")


def mil_of(graph: Graph, low: float, high: float):
    """The program: from pixels of 0 to 255, channels first, to logits and confidences.

    Weights stay in their own steps, with a scale for each channel. A graph that ends in a softmax gives confidences
    alone.

    Args:
        low: value of pixel 0.
        high: value of pixel 255.
    """
    import coremltools
    from coremltools.converters.mil import Builder as builder_class

    # It makes its methods as it is imported.
    builder: Any = builder_class
    turned = channels_first(graph)
    shape = builder.TensorSpec(shape=turned.input.shape)

    @builder.program(input_specs=[shape], opset_version=coremltools.target.iOS16)
    def program(pixels):
        scaled = builder.mul(x=pixels, y=np.float32((high - low) / 255))
        writer = _Writer(builder, turned.input, builder.add(x=scaled, y=np.float32(low)))
        for operator in turned.operators:
            writer.add(operator)
        last = writer.value(turned.output)
        if turned.operators[-1].kind == "SOFTMAX":
            return builder.identity(x=last, name=CONFIDENCES)
        return builder.identity(x=last, name=LOGITS), builder.softmax(x=last, axis=-1, name=CONFIDENCES)

    return program


class _Writer:
    def __init__(self, builder: Any, source: Tensor, value):
        self._mil = builder
        # Of computed tensors, by number.
        self._values = {source.number: value}

    def value(self, tensor: Tensor):
        return self._values[tensor.number] if tensor.values is None else tensor.real

    def add(self, operator: Operator) -> None:
        result = self._written(operator)
        low, high = operator.reach if operator.kind in _RANGED else operator.clamp
        if (low, high) == RELU:
            result = self._mil.relu(x=result)
        elif (low, high) != NO_LIMITS:
            result = self._mil.clip(x=result, alpha=np.float32(low), beta=np.float32(high))
        self._values[operator.output.number] = result

    def _written(self, operator: Operator):
        kind, mil, output = operator.kind, self._mil, operator.output
        data = self.value(operator.inputs[0])
        if operator.weighted:
            return self._weighted(operator, data)
        if kind == "TRANSPOSE":
            return mil.transpose(x=data, perm=operator.order)
        if kind == "RESHAPE":
            return mil.reshape(x=data, shape=[1, *output.shape[1:]])
        if kind == "ADD":
            return mil.add(x=data, y=self.value(operator.inputs[1]))
        if kind == "CONCATENATION":
            return mil.concat(values=[self.value(tensor) for tensor in operator.inputs], axis=operator.axes[0])
        if kind == "MEAN":
            keeps = len(output.shape) == len(operator.inputs[0].shape)
            return mil.reduce_mean(x=data, axes=operator.axes, keep_dims=keeps)
        if kind == "PAD":
            return mil.pad(x=data, pad=np.array(operator.paddings).reshape(-1), mode="constant", constant_val=0.0)
        if kind == "SOFTMAX":
            return mil.softmax(x=mil.mul(x=data, y=np.float32(operator.beta)), axis=operator.axes[0])
        if kind in ("MAX_POOL_2D", "AVERAGE_POOL_2D"):
            window = {"kernel_sizes": operator.sliding_window.kernel, **_strides_and_pads(operator)}
            if kind == "MAX_POOL_2D":
                return mil.max_pool(x=data, **window)
            return mil.avg_pool(x=data, exclude_padding_from_average=True, **window)
        return data

    def _weighted(self, operator: Operator, data):
        weights = self._weights(operator.inputs[1])
        bias = {"bias": operator.inputs[2].real} if len(operator.inputs) > 2 else {}
        if operator.kind == "FULLY_CONNECTED":
            return self._mil.linear(x=data, weight=weights, **bias)
        window = {
            "dilations": operator.sliding_window.dilations,
            "groups": operator.groups,
            **_strides_and_pads(operator),
        }
        return self._mil.conv(x=data, weight=weights, **window, **bias)

    def _weights(self, tensor: Tensor):
        if not tensor.quantized:
            return tensor.real
        shape = (-1,) if len(tensor.scales) > 1 else ()
        return self._mil.constexpr_affine_dequantize(
            quantized_data=tensor.values,
            zero_point=tensor.zero_points.astype(tensor.dtype).reshape(shape),
            scale=tensor.scales.reshape(shape),
            axis=np.int32(tensor.axis),
        )


def _strides_and_pads(operator: Operator) -> dict:
    pads = [pad for sides in operator.sliding_window.pads for pad in sides]
    return {"strides": operator.sliding_window.strides, "pad_type": "custom", "pad": pads}
