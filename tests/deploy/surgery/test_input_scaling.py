"""Scaling of pixels: read from the start of a model, and folded into its weights where that is exact."""

import numpy as np
import pytest
import tf_keras

from deploy.surgery.input_scaling import Scaling, with_scaling, without_scaling

_keras = tf_keras.layers
MEAN, VARIANCE = [123.7, 116.3, 103.5], [3400.0, 3260.0, 3290.0]


def starting(*layers, padding="valid"):
    image = x = tf_keras.Input((8, 8, 3))
    for layer in layers:
        x = layer(x)
    x = _keras.Conv2D(4, 3, padding=padding, activation="relu")(x)
    return tf_keras.Model(image, _keras.Dense(3)(_keras.Flatten()(x)))


def pixels():
    return np.random.default_rng(0).uniform(0, 255, (5, 8, 8, 3)).astype(np.float32)


def normalized():
    layer = _keras.BatchNormalization()
    layer.build((None, 8, 8, 3))
    layer.set_weights([np.array(values, np.float32) for values in ([1, 2, 3], [0.5, 0, -1], MEAN, VARIANCE)])
    return layer


STARTS = {
    "rescaling": lambda: [_keras.Rescaling(1 / 127.5, offset=-1)],
    "operators": lambda: [lambda x: x / 127.5, lambda x: x - 1],
    "torch": lambda: [lambda x: tf_keras.applications.imagenet_utils.preprocess_input(x, mode="torch")],
    "caffe": lambda: [lambda x: tf_keras.applications.imagenet_utils.preprocess_input(x, mode="caffe")],
    "normalization": lambda: [_keras.Rescaling(1.0), _keras.Normalization(mean=MEAN, variance=VARIANCE)],
    "batch normalization": lambda: [normalized()],
}


@pytest.mark.parametrize("name", STARTS)
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_what_scales_pixels_is_taken_off_and_put_into_the_weights_or_a_layer(name, padding):
    model = starting(*STARTS[name](), padding=padding)
    bare, scaling = without_scaling(model)
    expected = model(pixels()).numpy()
    tolerance = 1e-4 * np.ptp(expected)
    assert scaling is not None
    assert isinstance(bare.layers[1], _keras.Conv2D)
    np.testing.assert_allclose(bare(scaling.applied(pixels())), expected, atol=tolerance)
    whole, where = with_scaling(bare, scaling)
    np.testing.assert_allclose(whole(pixels()), expected, atol=tolerance)
    assert ("before it" in where) is (padding == "same")
    assert len(whole.layers) == len(bare.layers) + (padding == "same")


def test_one_range_for_all_channels_is_known_as_such():
    _, scaling = without_scaling(starting(_keras.Rescaling(1 / 127.5, offset=-1)))
    assert scaling is not None
    assert scaling.range == (-1, 1)
    _, scaling = without_scaling(starting(*STARTS["torch"]()))
    assert scaling is not None
    assert scaling.range is None


@pytest.mark.parametrize("layer", [_keras.ReLU(), _keras.AveragePooling2D(3, 1, "same"), lambda x: x * x])
def test_what_is_no_scaling_stays(layer):
    model = starting(layer)
    bare, scaling = without_scaling(model)
    assert scaling is None
    assert bare is model


def test_scalings_follow_each_other():
    rng = np.random.default_rng(1)
    first, second = (
        Scaling(scale=tuple(rng.normal(size=3)), offset=tuple(rng.normal(size=3)), reverses=reverses)
        for reverses in (True, False)
    )
    for one, other in ((first, second), (second, first), (first, first)):
        np.testing.assert_allclose(
            other.after(one).applied(pixels()), other.applied(one.applied(pixels())), rtol=1e-4, atol=1e-3
        )
