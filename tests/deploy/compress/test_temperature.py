"""Temperature scaling by the scales of the last layer."""

import numpy as np
import pytest
import tf_keras

from deploy.compress.convert import convert
from deploy.compress.quantize import quantizable
from deploy.compress.temperature import with_temperature
from deploy.tflite import model_io, runtime
from distill.examples import scaled

_keras = tf_keras.layers


def file_of(stripes, *end) -> bytes:
    image = x = tf_keras.Input(stripes.input_shape)
    for layer in (_keras.Conv2D(4, 3, activation="relu"), *end):
        x = layer(x)
    inputs = np.asarray(scaled(stripes.pixels[:64].astype(np.float32)))
    return convert(quantizable(tf_keras.Model(image, x), keep_zeros=False, inputs=inputs))


ENDS = {
    "dense": lambda: [_keras.Flatten(), _keras.Dense(3)],
    "convolution": lambda: [_keras.GlobalAveragePooling2D(keepdims=True), _keras.Conv2D(3, 1), _keras.Flatten()],
    "mean": lambda: [_keras.Conv2D(3, 1), _keras.GlobalAveragePooling2D()],
}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("temperature", [0.3, 2.7])
def test_logits_are_divided_and_integers_stay(stripes, end, temperature):
    file = file_of(stripes, *ENDS[end]())
    tempered = with_temperature(file, temperature)
    assert tempered is not None
    outputs, again = (runtime.run(model, stripes.pixels) for model in (file, tempered))
    np.testing.assert_array_equal(again, outputs)
    before, after = (model_io.signature(runtime.load(model)) for model in (file, tempered))
    assert after.output_scale == pytest.approx(before.output_scale / temperature)
    assert len(tempered) <= len(file) + 64


def test_outputs_that_cannot_be_scaled_stay(stripes):
    assert with_temperature(file_of(stripes, _keras.Flatten(), _keras.Dense(3), _keras.ReLU(6.0)), 2.0) is None
    image = tf_keras.Input(stripes.input_shape)
    model = tf_keras.Model(image, _keras.Dense(3)(_keras.Flatten()(image)))
    assert with_temperature(convert(model, "float16"), 2.0) is None
