"""Temperature scaling of a file's logits without an operator: the scales of its last layer are divided."""

import numpy as np

from deploy.tflite.flatbuffer import operator_names, read_model, write_model
from deploy.tflite.schema import generated

_WEIGHTED = ("FULLY_CONNECTED", "CONV_2D", "DEPTHWISE_CONV_2D")
_PASSING = ("RESHAPE", "SQUEEZE", "MEAN")
"""Operators whose output is scaled where their input is."""
_HOMOGENEOUS = (generated.ActivationFunctionType.NONE, generated.ActivationFunctionType.RELU)


def with_temperature(model_bytes: bytes, temperature: float) -> bytes | None:
    """A file whose logits are divided by a temperature; its integers are those of the file.

    The scales of the last layer's weights, bias and output are divided, so that it multiplies by the same ratio.

    Returns:
        None where the output is not in integers, or not of a layer with weights, possibly pooled or reshaped.
    """
    model = read_model(model_bytes)
    graph, names = model.subgraphs[0], operator_names(model)
    readers = [int(tensor) for operator in graph.operators for tensor in operator.inputs]
    (tensor,) = graph.outputs
    scaled = []
    while True:
        scaled.append(tensor)
        maker = next((n for n, operator in enumerate(graph.operators) if tensor in operator.outputs), None)
        if maker is None or not _is_scaled(graph.tensors[tensor]):
            return None
        operator = graph.operators[maker]
        if names[maker] in _WEIGHTED and operator.builtinOptions.fusedActivationFunction in _HOMOGENEOUS:
            scaled += [number for number in operator.inputs[1:] if number >= 0]
            break
        tensor = operator.inputs[0]
        if names[maker] not in _PASSING or readers.count(tensor) > 1:
            return None
    for number in scaled:
        # Vectors may be shared between tensors, so that each gets one of its own.
        quantization = graph.tensors[number].quantization
        quantization.scale = (np.array(quantization.scale, np.float32) / np.float32(temperature)).tolist()
    return write_model(model)


def _is_scaled(tensor) -> bool:
    return tensor.quantization is not None and tensor.quantization.scale is not None
