"""Int8 by the converter after training, of a function that is run here and shipped nowhere."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from deploy.surgery.flat import ModelRefused
from deploy.tflite.native_log import silenced
from deploy.tflite.runtime import load

_BATCH = 20


def int8_function(
    function: Callable[[Any], Any], representative: np.ndarray, *, threads: int = 1
) -> Callable[[np.ndarray], np.ndarray]:
    """A function of TensorFlow in int8, run by LiteRT: from float32 inputs (examples, ...) to float32 outputs.

    Operators that LiteRT has not in int8 stay in float.

    Args:
        function: from a batch to one tensor.
        representative: float32 inputs, which the ranges of activations are taken from.
        threads: of one call.

    Raises:
        ModelRefused: the converter cannot follow the function.
        FileRefused: LiteRT cannot run what the converter made.
    """
    try:
        with silenced():
            model_bytes = _converted(function, _batches(representative))
    except Exception as error:
        # The converter raises errors of several kinds, some of them of no base but Exception.
        raise ModelRefused(f"the converter makes no int8 of it: {' '.join(str(error).split())[:200]}") from error
    interpreter = load(model_bytes, threads)
    source, target = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]

    def run(inputs: np.ndarray) -> np.ndarray:
        outputs = []
        for batch in _batches(inputs):
            interpreter.set_tensor(source, batch)
            interpreter.invoke()
            outputs.append(interpreter.get_tensor(target))
        return np.concatenate(outputs)[: len(inputs)]

    return run


def _converted(function: Callable[[Any], Any], batches: list[np.ndarray]) -> bytes:
    spec = tf.TensorSpec(batches[0].shape, tf.float32)
    serve = tf.function(function, input_signature=[spec], autograph=False)
    converter = tf.lite.TFLiteConverter.from_concrete_functions([serve.get_concrete_function()])
    converter.experimental_lower_to_saved_model = False
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8, tf.lite.OpsSet.TFLITE_BUILTINS]
    converter.representative_dataset = lambda: ([batch] for batch in batches)
    return converter.convert()


def _batches(inputs: np.ndarray) -> list[np.ndarray]:
    """Whole batches; the last one is filled up with its last example."""
    missing = -len(inputs) % _BATCH
    padded = np.concatenate([inputs, np.repeat(inputs[-1:], missing, axis=0)]).astype(np.float32)
    return [padded[start : start + _BATCH] for start in range(0, len(padded), _BATCH)]
