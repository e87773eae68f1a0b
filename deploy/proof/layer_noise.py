"""Noise by layer: each operator of a file against the Keras model that the file was made from."""

import numpy as np
import tf_keras

from deploy.proof.evidence import LayerNoise
from deploy.surgery.flat import predicted
from deploy.surgery.sensitivity import signal_to_noise_db
from deploy.tflite import model_io
from deploy.tflite.operators import Graph


def layer_noise(model_bytes: bytes, model: tf_keras.Model, inputs: np.ndarray) -> tuple[LayerNoise, ...]:
    """The signal-to-noise ratio after each operator, in the file's order.

    Files do not name the layer that an operator came from: of the layers of the same shape, the nearest one is taken.

    Args:
        model: with the same weights and, in int8, the same fake quantization.
        inputs: float32 (examples, height, width, channels), as the model takes them.
    """
    layers = [layer for layer in model.layers if not isinstance(layer, tf_keras.layers.InputLayer)]
    outputs = predicted(tf_keras.Model(model.inputs, [layer.output for layer in layers]), inputs)
    expected = {layer.name: np.asarray(output) for layer, output in zip(layers, outputs)}
    results = []
    for operator, activation in zip(Graph(model_bytes).operators(), _activations(model_bytes, inputs)):
        same = {name: output for name, output in expected.items() if output.shape == activation.shape}
        noises = {name: signal_to_noise_db(output, activation) for name, output in same.items()}
        if noises:
            nearest = max(noises, key=noises.__getitem__)
            noise = LayerNoise(operator=operator.name, layer=nearest, signal_to_noise_db=round(noises[nearest], 1))
            results.append(noise)
    return tuple(results)


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
