"""Layers as others that compute the same."""

import numpy as np
import pytest
import tf_keras

from deploy.surgery.plain_layers import with_plain_layers

_keras = tf_keras.layers


@pytest.mark.parametrize(
    "layer",
    [
        _keras.Activation("hard_sigmoid"),
        _keras.Conv2D(4, 3, activation="hard_sigmoid"),
        _keras.SeparableConv2D(5, 3, strides=2, padding="same", depth_multiplier=2, activation="relu"),
        _keras.SeparableConv2D(5, 3, use_bias=False, dilation_rate=2),
    ],
)
def test_outputs_stay(layer):
    image = tf_keras.Input((8, 8, 3))
    model = tf_keras.Model(image, _keras.Flatten()(layer(image)))
    plain = with_plain_layers(model)
    inputs = np.random.default_rng(0).normal(size=(4, 8, 8, 3)).astype(np.float32) * 4
    np.testing.assert_allclose(plain(inputs), model(inputs), atol=1e-5)
    assert type(layer) is _keras.Conv2D or type(layer) not in map(type, plain.layers)
