"""Ranges of activations that are zero on every example, such as of dead ReLUs, widened to what XNNPACK can compute.

The converter gives such a tensor the scale of a range of a millionth. A layer then multiplies by more than XNNPACK's
requantization takes, and the delegate fails to prepare.
"""

import numpy as np

from deploy.tflite.flatbuffer import operator_names, read_model, write_model
from deploy.tflite.schema import Model

_SILENT = 1e-8
"""Scales of the converter for a range of zero are below it; others are not nearly as small."""
_WEIGHTED = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED")
_ARITHMETIC = ("ADD", "SUB", "MUL", "MEAN")
"""Operators that take inputs of any scale."""


def with_ranges_for_silence(model_bytes: bytes) -> bytes:
    """A file in which such outputs of weighted layers have the scale of their layer's input.

    Zero stays zero, so that outputs for the examples stay too. Where an output is read by other operators than weighted
    layers and arithmetic, it is left as it is.
    """
    model, changed = read_model(model_bytes), False
    names = operator_names(model)
    for operator, name in zip(model.subgraphs[0].operators, names):
        if name in _WEIGHTED and _scale(model, operator.outputs[0]) < _SILENT:
            changed |= _widened(model, names, operator.outputs[0], _scale(model, operator.inputs[0]))
    return write_model(model) if changed else model_bytes


def _scale(model: Model, tensor: int) -> float:
    quantization = model.subgraphs[0].tensors[tensor].quantization
    return np.inf if quantization is None or quantization.scale is None else float(quantization.scale[0])


def _widened(model: Model, names: list[str], tensor: int, scale: float) -> bool:
    """Change the scale of a tensor, and the biases of the layers that read it; False where that cannot be."""
    graph = model.subgraphs[0]
    readers = [
        (operator, name)
        for operator, name in zip(graph.operators, names)
        if tensor in [int(number) for number in operator.inputs]
    ]
    if any(name not in (*_WEIGHTED, *_ARITHMETIC) for _, name in readers):
        return False
    for operator, name in readers:
        if name in _WEIGHTED and len(operator.inputs) > 2 and operator.inputs[2] >= 0:
            _rescale_bias(model, operator.inputs[2], scale / _scale(model, tensor))
    quantization = graph.tensors[tensor].quantization
    assert quantization is not None, "its scale was read"
    quantization.scale = np.array([scale], np.float32)
    return True


def _rescale_bias(model: Model, tensor: int, ratio: float) -> None:
    """A bias in steps that are `ratio` times as large."""
    bias = model.subgraphs[0].tensors[tensor]
    buffer, quantization = model.buffers[bias.buffer], bias.quantization
    assert quantization is not None
    assert quantization.scale is not None
    assert buffer.data is not None
    steps = np.frombuffer(np.asarray(buffer.data, np.uint8).tobytes(), np.int32)
    rescaled = np.round(steps / ratio).astype(np.int32)
    # Equal constants share a buffer: this one is alone in its steps.
    bias.buffer = len(model.buffers)
    model.buffers.append(type(buffer)())
    model.buffers[-1].data = np.frombuffer(rescaled.tobytes(), np.uint8)
    quantization.scale = (np.asarray(quantization.scale) * ratio).astype(np.float32)
