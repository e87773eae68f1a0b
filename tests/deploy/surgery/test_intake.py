"""Models from elsewhere: what is taken off them, and what is refused in words."""

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_model_optimization as tfmot
import tf_keras

from deploy.compress.compression import Compression
from deploy.compress.steps import Representative, compress
from deploy.surgery.flat import ModelRefused
from deploy.surgery.intake import intake
from deploy.tflite import model_io, runtime
from deploy.tflite.audit import audit
from distill.examples import SCALED_RANGE

_keras = tf_keras.layers


def net(first=(), last=(), activation=None):
    image = x = tf_keras.Input((8, 8, 1))
    for layer in first:
        x = layer(x)
    x = _keras.Conv2D(4, 3, name="conv")(x)
    x = _keras.Dense(3, activation=activation, name="head")(_keras.Flatten()(x))
    for layer in last:
        x = layer(x)
    return tf_keras.Model(image, x)


def pixels():
    return np.random.default_rng(0).integers(0, 256, (5, 8, 8, 1)).astype(np.float32)


def test_a_model_from_pixels_to_probabilities_becomes_one_from_scaled_pixels_to_logits():
    model = net(first=[_keras.RandomFlip(), _keras.Rescaling(1 / 127.5, offset=-1)], activation="softmax")
    accepted = intake(model, (8, 8, 1))
    assert accepted.scaling is not None
    assert accepted.removed == (
        "a layer of augmentation",
        "the scaling of pixels at its start",
        "the softmax at its end",
    )
    shares = tf_keras.activations.softmax(accepted.model(accepted.scaling.applied(pixels())))
    np.testing.assert_allclose(shares, model(pixels(), training=False), rtol=1e-4, atol=1e-6)


def test_a_sequential_model_is_taken_and_a_plain_one_is_left_as_it_is():
    model = tf_keras.Sequential([_keras.Conv2D(4, 3, input_shape=(8, 8, 1)), _keras.Flatten(), _keras.Dense(3)])
    accepted = intake(model, (8, 8, 1))
    np.testing.assert_array_equal(accepted.model(pixels()), model(pixels()))
    assert (accepted.scaling, accepted.removed, accepted.untrainable) == (None, (), ())


def _nan():
    model = net()
    kernel, bias = model.get_layer("conv").get_weights()
    kernel[0, 0, 0, :2] = np.nan
    model.get_layer("conv").set_weights([kernel, bias])
    return model


def _two_outputs():
    image = tf_keras.Input((8, 8, 1))
    x = _keras.Flatten()(image)
    return tf_keras.Model(image, [_keras.Dense(2)(x), _keras.Dense(3)(x)])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (_nan, "2 of the 36 values of conv/kernel:0 are NaN or infinite; train"),
        (lambda: tfmot.quantization.keras.quantize_model(net()), "quantized already.*give the float model"),
        (_two_outputs, "1 inputs and 2 outputs; allowed is one of each"),
    ],
)
def test_what_cannot_be_compressed_is_refused_in_words(make, message):
    with pytest.raises(ModelRefused, match=message):
        intake(make(), (8, 8, 1))


def test_layers_that_training_in_int8_does_not_take_are_named_with_what_would_work():
    (refused,) = intake(net(first=[_keras.LayerNormalization(name="norm")]), (8, 8, 1)).untrainable
    assert (refused.layer, refused.kind) == ("norm", "LayerNormalization")
    assert "BatchNormalization" in refused.instead


def gated():
    """With a squeeze-and-excite gate, a normalization behind an activation, and a hard sigmoid."""
    image = tf_keras.Input((8, 8, 1))
    x = _keras.BatchNormalization()(_keras.Conv2D(8, 3, padding="same", activation="relu")(image))
    gate = _keras.GlobalAveragePooling2D(keepdims=True)(x)
    x = _keras.Multiply()([x, _keras.Conv2D(8, 1, activation="hard_sigmoid")(gate)])
    return tf_keras.Model(image, _keras.Dense(3)(_keras.GlobalAveragePooling2D()(x)))


def test_the_converter_quantizes_after_training_what_training_in_int8_does_not_take():
    accepted = intake(gated(), (8, 8, 1))
    assert {layer.kind for layer in accepted.untrainable} >= {"Multiply", "BatchNormalization"}
    values = np.random.default_rng(0).integers(0, 256, (64, 8, 8, 1))
    inputs = (values / 128 - 1).astype(np.float32)
    representative = Representative(inputs=inputs, labels=np.arange(64) % 3, input_range=SCALED_RANGE)
    file = compress(accepted.model, Compression(), representative, by_converter=True).file
    sign = model_io.signature(runtime.load(file))
    # A pixel is a step of the input.
    assert (sign.input_scale, sign.input_zero_point) == (1 / 128, 0)
    logits = model_io.logits(runtime.run(file, values.astype(np.uint8), SCALED_RANGE), sign)
    expected = accepted.model(inputs).numpy()
    np.testing.assert_allclose(logits, expected, atol=0.05 * np.ptp(expected))
    found = audit(file)
    assert {*found.activation_dtypes, *found.weight_dtypes} == {"int8"}
    assert found.whole_graph_delegated


def test_steps_of_training_in_int8_are_refused_for_the_converter():
    inputs = np.zeros((4, 8, 8, 1), np.float32)
    representative = Representative(inputs=inputs, labels=np.arange(4) % 3, input_range=SCALED_RANGE)
    for compression in (Compression(trained=True), Compression(ranges="mse")):
        with pytest.raises(ValueError, match="the converter quantizes this model"):
            compress(gated(), compression, representative, by_converter=True)


@pytest.mark.parametrize(("function", "name"), [("elu", "ELU"), (tf.math.erf, "tf.Erf")])
def test_an_operator_that_int8_has_not_is_named(function, name):
    layer = _keras.Activation("elu") if function == "elu" else function
    model = intake(net(first=[layer]), (8, 8, 1)).model
    representative = Representative(inputs=pixels() / 128 - 1, labels=np.arange(5) % 3, input_range=SCALED_RANGE)
    with pytest.raises(ModelRefused, match=f"{name}.*use other layers"):
        compress(model, Compression(), representative, by_converter=True)
