"""One flat graph of models as people build them: the same outputs, whatever is inside."""

import numpy as np
import pytest
import tf_keras

from deploy.surgery.flat import ModelRefused, require_flat
from deploy.surgery.inline import inlined

_keras = tf_keras.layers


def pixels(shape=(8, 8, 3)):
    return np.random.default_rng(0).uniform(0, 255, (4, *shape)).astype(np.float32)


def backbone(name="backbone", shape=(8, 8, 3)):
    image = tf_keras.Input(shape)
    x = _keras.BatchNormalization(name="norm")(_keras.Conv2D(shape[-1], 3, padding="same", name="conv")(image))
    return tf_keras.Model(image, _keras.Add(name="sum")([x, image]), name=name)


def nested():
    image = tf_keras.Input((8, 8, 3))
    inner = tf_keras.Sequential([backbone(), _keras.Conv2D(4, 3, name="conv")], name="inner")
    x = inner(_keras.RandomFlip()(image), training=False)
    return tf_keras.Model(image, _keras.Dense(5)(_keras.Dropout(0.5)(_keras.GlobalAveragePooling2D()(x))))


def shared():
    conv, image = _keras.Conv2D(3, 3, padding="same"), tf_keras.Input((8, 8, 3))
    return tf_keras.Model(image, _keras.Flatten()(conv(backbone()(conv(image)))))


def operators():
    image = tf_keras.Input((8, 8, 3))
    x = 2 * (image / 127.5 - 1) + 0.5
    return tf_keras.Model(image, _keras.Flatten()(_keras.ReLU()(x[:, ::2] * x[:, 1::2])))


def half_precision():
    image = tf_keras.Input((8, 8, 3))
    return tf_keras.Model(image, _keras.Flatten()(_keras.Conv2D(4, 3, dtype="mixed_bfloat16")(image)))


@pytest.mark.parametrize("make", [nested, shared, operators, backbone])
def test_outputs_stay_and_each_layer_is_called_once(make):
    model = make()
    flat, _ = inlined(model, (8, 8, 3))
    require_flat(flat)
    np.testing.assert_allclose(flat(pixels()), model(pixels(), training=False), rtol=1e-5, atol=1e-5)


def test_what_does_nothing_at_inference_is_left_out_and_named():
    flat, idle = inlined(nested(), (8, 8, 3))
    assert idle == ("a layer of augmentation", "a layer of dropout or noise")
    assert not any(isinstance(layer, (_keras.RandomFlip, _keras.Dropout)) for layer in flat.layers)


def test_models_in_half_precision_become_float32():
    flat, _ = inlined(half_precision(), (8, 8, 3))
    assert {layer.compute_dtype for layer in flat.layers} == {"float32"}


def test_open_sizes_become_those_of_the_data():
    image = tf_keras.Input((None, None, 3))
    model = tf_keras.Model(image, _keras.GlobalMaxPooling2D()(_keras.Conv2D(4, 3)(image)))
    flat, _ = inlined(model, (8, 8, 3))
    assert flat.input_shape == (None, 8, 8, 3)
    np.testing.assert_allclose(flat(pixels()), model(pixels()), rtol=1e-5)


@pytest.mark.parametrize("first", [_keras.Reshape((8, 8, 1)), _keras.Flatten()])
def test_inputs_without_a_channel_get_one(first):
    model = tf_keras.Sequential([tf_keras.Input((8, 8)), first, _keras.Flatten(), _keras.Dense(3)])
    flat, _ = inlined(model, (8, 8, 1))
    inputs = pixels((8, 8, 1))
    np.testing.assert_allclose(flat(inputs), model(inputs[..., 0]), rtol=1e-5, atol=1e-3)
    assert not any(isinstance(layer, _keras.Reshape) for layer in flat.layers) or isinstance(first, _keras.Flatten)


def test_subclassed_models_are_refused_inside_too():
    class Own(tf_keras.Model):
        def call(self, inputs):
            return inputs

    with pytest.raises(ModelRefused, match="subclassed model.*functional interface"):
        inlined(Own(), (8, 8, 3))
    image = tf_keras.Input((8, 8, 3))
    with pytest.raises(ModelRefused, match="subclassed model"):
        inlined(tf_keras.Model(image, Own()(image)), (8, 8, 3))
