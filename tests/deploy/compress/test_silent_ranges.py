"""Dead activations: files whose delegate would fail to prepare."""

import numpy as np
import pytest
import tf_keras

from deploy.compress.convert import convert
from deploy.compress.silent_ranges import with_ranges_for_silence
from deploy.errors import FileRefused
from deploy.tflite import model_io, runtime
from deploy.tflite.audit import audit
from distill.examples import SCALED_RANGE, scaled

_keras = tf_keras.layers


def dead(shape):
    """Its gate's hidden layer is zero whatever it is given."""
    image = tf_keras.Input(shape)
    x = _keras.Conv2D(8, 3, activation="relu")(image)
    hidden = _keras.Conv2D(4, 1, activation="relu", bias_initializer=tf_keras.initializers.Constant(-100.0))
    gate = hidden(_keras.GlobalAveragePooling2D(keepdims=True)(x))
    gate = _keras.Conv2D(8, 1, activation="sigmoid", bias_initializer="random_normal")(gate)
    return tf_keras.Model(image, _keras.Dense(3)(_keras.Flatten()(_keras.Multiply()([x, gate]))))


def test_a_dead_layer_runs_under_the_delegate_and_outputs_stay(stripes):
    model, inputs = dead(stripes.input_shape), np.asarray(scaled(stripes.pixels.astype(np.float32)))
    file = convert(model, "int8", inputs)
    with pytest.raises(FileRefused, match="XNNPACK"):
        runtime.load(file)
    widened = with_ranges_for_silence(file)
    assert audit(widened).whole_graph_delegated
    logits = model_io.logits(
        runtime.run(widened, stripes.pixels, SCALED_RANGE), model_io.signature(runtime.load(widened))
    )
    expected = model(inputs).numpy()
    np.testing.assert_allclose(logits, expected, atol=0.03 * np.ptp(expected))


def test_files_without_dead_layers_are_left_as_they_are(student_bytes):
    assert with_ranges_for_silence(student_bytes) == student_bytes
