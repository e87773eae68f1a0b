"""Noise by layer: each operator of a file against the Keras model that the file was made from."""

from typing import Any

import numpy as np
import tensorflow as tf
import tf_keras

from deploy.compress.steps import Compressed
from deploy.proof.evidence import LayerNoise
from deploy.surgery.flat import predicted
from deploy.surgery.sensitivity import signal_to_noise_db
from deploy.tflite import model_io
from deploy.tflite.operators import Graph


def layer_noise(compressed: Compressed, inputs: np.ndarray) -> tuple[LayerNoise, ...]:
    """The signal-to-noise ratio after each operator, in the file's order.

    An operator's layer is the one that the converter named its output after; operators of the converter's own are left
    out.

    Args:
        compressed: whose model has the weights and, in int8, the fake quantization of the file.
        inputs: float32 (examples, height, width, channels), as the model takes them.
    """
    model = compressed.model
    tensors = _outputs(model)
    outputs = dict(zip(tensors, predicted(tf_keras.Model(model.inputs, list(tensors.values())), inputs)))
    operators = Graph(compressed.file).operators()
    results = []
    for operator, name, activation in zip(operators, compressed.tensor_names, _activations(compressed.file, inputs)):
        layer = next(iter(tensors)) if operator is operators[-1] else _layer(name, tensors)
        if layer is not None and outputs[layer].shape == activation.shape:
            noise = round(signal_to_noise_db(outputs[layer], activation), 1)
            results.append(LayerNoise(operator=operator.name, layer=layer, signal_to_noise_db=noise))
    return tuple(results)


def _outputs(model: tf_keras.Model) -> dict[str, Any]:
    """The output of each layer in this model, by name, the last layer first: tfmot's are of other models too."""
    nodes = [node for depth in sorted(model._nodes_by_depth) for node in model._nodes_by_depth[depth]]
    return {node.layer.name: tf.nest.flatten(node.outputs)[0] for node in nodes if not node.is_input}


def _layer(name: str, tensors: dict[str, Any]) -> str | None:
    """The layer of a tensor such as `model/relu/Relu;model/conv/Conv2D`, whose first part is of the last operation."""
    parts = name.split(";")[0].split("/")
    return next((part for part in parts if part in tensors), None)


def _activations(model_bytes: bytes, inputs: np.ndarray) -> list[np.ndarray]:
    """The output of each operator of a file for all inputs, in float32: (examples, ...)."""
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    # The delegate would hide the activations between its first operator and its last.
    interpreter = Interpreter(
        model_content=model_bytes,
        experimental_preserve_all_tensors=True,
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
    )
    interpreter.allocate_tensors()
    (image,) = interpreter.get_input_details()
    sign = model_io.signature(interpreter)
    tensors = [int(operator["outputs"][0]) for operator in interpreter._get_ops_details()]
    scales = [interpreter._get_tensor_details(tensor, 0)["quantization"] for tensor in tensors]
    rows = []
    for example in inputs:
        interpreter.set_tensor(image["index"], model_io.stepped(example[None], sign))
        interpreter.invoke()
        rows.append([interpreter.get_tensor(tensor)[0] for tensor in tensors])
    columns = (np.stack(column).astype(np.float32) for column in zip(*rows))
    return [(values - zero) * scale if scale else values for values, (scale, zero) in zip(columns, scales)]
