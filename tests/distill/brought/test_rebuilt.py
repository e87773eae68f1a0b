"""Models of Keras 3 in tf_keras: the same outputs, or a refusal."""

import keras
import numpy as np
import pytest

from distill.brought.rebuilt import rebuilt_model
from distill.errors import TeacherRefused

L = keras.layers


def backbone():
    image = keras.Input((8, 8, 3))
    x = L.BatchNormalization()(L.DepthwiseConv2D(3, padding="same", use_bias=False)(image))
    return keras.Model(image, L.Add()([L.Activation("relu")(x), image]), name="backbone")


def functional():
    image = keras.Input((8, 8, 3))
    x = L.RandomFlip()(image) / 127.5 - 1
    x = L.Dropout(0.3)(backbone()(x, training=False))
    x = L.SeparableConv2D(6, 3, activation="hard_sigmoid")(x)
    x = L.LeakyReLU(negative_slope=0.1)(L.Conv2D(4, 3, activation="hard_silu")(x))
    return keras.Model(image, L.Dense(3, activation="softmax")(L.GlobalAveragePooling2D()(x)))


def sequential():
    return keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            L.Normalization(mean=[120.0, 110.0, 100.0], variance=[60.0**2] * 3),
            backbone(),
            L.ZeroPadding2D(1),
            L.Conv2D(4, 3, strides=2, activation="relu6"),
            L.MaxPooling2D(),
            L.Flatten(),
            L.Dense(3, activation="gelu"),
        ]
    )


def with_random_statistics(model):
    rng = np.random.default_rng(0)
    for layer in model._flatten_layers():
        if isinstance(layer, L.BatchNormalization):
            layer.set_weights([np.abs(rng.normal(size=array.shape)) + 0.1 for array in layer.get_weights()])
    return model


# Keras 3 itself cannot load a .h5 with operators.
@pytest.mark.parametrize(("make", "suffix"), [(functional, ".keras"), (sequential, ".keras"), (sequential, ".h5")])
def test_outputs_are_the_same(make, suffix, tmp_path):
    model = with_random_statistics(make())
    model.save(tmp_path / f"m{suffix}")
    again = rebuilt_model(tmp_path / f"m{suffix}", trust=False)
    pixels = np.random.default_rng(0).uniform(0, 255, (4, 8, 8, 3)).astype(np.float32)
    np.testing.assert_allclose(again(pixels, training=False), model(pixels, training=False), rtol=1e-3, atol=1e-4)


def test_a_layer_that_tf_keras_has_not_is_named(tmp_path):
    image = keras.Input((8, 8, 3))
    keras.Model(image, L.Flatten()(L.AutoContrast()(image))).save(tmp_path / "m.keras")
    with pytest.raises(TeacherRefused, match="AutoContrast.*tf_keras has not"):
        rebuilt_model(tmp_path / "m.keras", trust=False)


def test_two_inputs_are_refused(tmp_path):
    images = [keras.Input((8, 8, 3)), keras.Input((8, 8, 3))]
    keras.Model(images, L.Flatten()(L.Add()(images))).save(tmp_path / "m.keras")
    with pytest.raises(TeacherRefused, match="one input and one output"):
        rebuilt_model(tmp_path / "m.keras", trust=False)
