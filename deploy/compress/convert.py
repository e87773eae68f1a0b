"""Conversion of a model to the bytes of a .tflite."""

import re

import numpy as np
import tensorflow as tf
import tf_keras

from deploy.compress.compression import Numbers
from deploy.compress.silent_ranges import with_ranges_for_silence
from deploy.surgery.flat import ModelRefused
from deploy.tflite.native_log import silenced
from deploy.tflite.operators import Graph
from deploy.tflite.slim import slimmed


def convert(model: tf_keras.Model, numbers: Numbers = "int8", representative: np.ndarray | None = None) -> bytes:
    """As `converted`, without what the file can do without."""
    return slimmed(converted(model, numbers, representative))


def converted(model: tf_keras.Model, numbers: Numbers = "int8", representative: np.ndarray | None = None) -> bytes:
    """The file, for a batch of 1, with the converter's names of tensors.

    In int8 its inputs and outputs are int8, in int16x8 int16, and float32 otherwise.

    Args:
        model: for int8 a model from `quantizable`, whose ranges the file has, if there are no representative inputs;
            otherwise a float model.
        representative: float32 inputs as the model takes them, which the converter takes the ranges of activations
            from, in int8 and int16x8.

    Raises:
        ModelRefused: the model has an operator that LiteRT has not in int8.
    """
    serve = tf.function(
        lambda pixels: model(pixels, training=False),
        input_signature=[tf.TensorSpec((1, *model.input_shape[1:]), tf.float32)],
        autograph=False,
    )
    converter = tf.lite.TFLiteConverter.from_concrete_functions([serve.get_concrete_function()])
    # By way of a SavedModel, which is written once and read twice, the conversion takes five times longer.
    converter.experimental_lower_to_saved_model = False
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if numbers == "int8":
        converter.inference_input_type = converter.inference_output_type = tf.int8
        if representative is not None:
            converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    elif numbers == "int16x8":
        assert representative is not None, "int16x8 takes the ranges of activations from examples"
        converter.target_spec.supported_ops = [
            tf.lite.OpsSet.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8
        ]
        converter.inference_input_type = converter.inference_output_type = tf.int16
    elif numbers == "float16":
        converter.target_spec.supported_types = [tf.float16]
    if representative is not None and numbers in ("int8", "int16x8"):
        converter.representative_dataset = lambda: ([example[None]] for example in representative)
    try:
        with silenced():
            return converter.convert()
    except Exception as error:
        # The converter raises errors of several kinds, some of them of no base but Exception.
        raise ModelRefused(f"the converter makes no {numbers} of it: {_reason(error)}") from error


def int8_after_training(model: tf_keras.Model, representative: np.ndarray) -> bytes:
    """The file in int8 of a float model, which XNNPACK can run, with the converter's names of tensors.

    Args:
        representative: float32 inputs as the model takes them, with both ends of the input's range among them.

    Raises:
        ModelRefused: the model has an operator that LiteRT has in float alone.
    """
    file = with_ranges_for_silence(converted(model, "int8", representative))
    left = [operator.name for operator in Graph(file).operators() if operator.dtype == "float32"]
    names = sorted(set(left) - {"DEQUANTIZE"})
    if names:
        raise ModelRefused(
            f"LiteRT has {', '.join(names)} in float alone, and in int8 not; use other layers, such as a ReLU, or a "
            "batch normalization for another one"
        )
    return file


def _reason(error: Exception) -> str:
    """The operator that is in the way, where the converter names one."""
    named = re.findall(r"(?:error: '|for op: ')([^']+)'", str(error))
    if named:
        return f"it has {' and '.join(dict.fromkeys(named))}, which LiteRT has not in these numbers; use other layers"
    return " ".join(str(error).split())[-300:]
