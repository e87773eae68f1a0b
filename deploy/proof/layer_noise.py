"""Which layer of a file is to blame: the noise of each against the Keras model that the file was made from."""

import numpy as np
import tf_keras

from deploy.proof.evidence import LayerNoise
from deploy.tflite import model_io
from deploy.tflite.operators import Graph


def layer_noise(model_bytes: bytes, model: tf_keras.Model, inputs: np.ndarray) -> tuple[LayerNoise, ...]:
    """The noise behind each operator, in the file's order.

    Files do not say which layer an operator came from; the layer is the one of the same shape whose output is nearest.

    Args:
        model: with the same weights and, in int8, the same fake quantization.
        inputs: float32 (examples, height, width, channels), as the model takes them.
    """
    layers = [layer for layer in model.layers if not isinstance(layer, tf_keras.layers.InputLayer)]
    outputs = tf_keras.Model(model.inputs, [layer.output for layer in layers]).predict(inputs, verbose=0)
    expected = {layer.name: np.asarray(output) for layer, output in zip(layers, outputs)}
    found = []
    for operator, given in zip(Graph(model_bytes).operators(), _activations(model_bytes, inputs)):
        same = {name: output for name, output in expected.items() if output.shape == given.shape}
        noises = {name: _decibels(output, given) for name, output in same.items()}
        if noises:
            nearest = max(noises, key=noises.get)
            noise = LayerNoise(operator=operator.name, layer=nearest, signal_to_noise_db=round(noises[nearest], 1))
            found.append(noise)
    return tuple(found)


def _activations(model_bytes: bytes, inputs: np.ndarray) -> list[np.ndarray]:
    """What each operator of a file gives for all inputs, in float32: (examples, ...)."""
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    # The delegate would keep what is between its first operator and its last to itself.
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


def _decibels(expected: np.ndarray, given: np.ndarray) -> float:
    noise = np.mean((expected - given) ** 2)
    return 10 * float(np.log10(max(np.mean(expected**2), 1e-20) / max(noise, 1e-20)))
