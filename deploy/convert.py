"""From a quantization-aware model to the bytes of an int8 .tflite."""

import tempfile

import tensorflow as tf
import tf_keras

from deploy.native_log import silenced
from deploy.slim import slimmed


def convert(model: tf_keras.Model) -> bytes:
    """The full-int8 file: int8 inputs and outputs, batch of 1, ranges as quantization-aware training learnt them."""
    with tempfile.TemporaryDirectory() as folder:
        # A module that holds one function: saving the Keras model itself traces each of its layers twice,
        # which made the conversion about three times slower.
        module = tf.Module()
        module.variables_ = model.variables
        module.serve = tf.function(
            lambda pixels: model(pixels, training=False),
            input_signature=[tf.TensorSpec((1, *model.input_shape[1:]), tf.float32)],
        )
        tf.saved_model.save(module, folder, signatures=module.serve.get_concrete_function())
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.inference_input_type = tf.int8
        converter.inference_output_type = tf.int8
        with silenced():
            return slimmed(converter.convert())
