"""Small teachers to bring."""

from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
import tf_keras

DIGITS = Path(__file__).parents[2] / "data" / "digits_teacher.onnx"
BOTH = pytest.mark.parametrize("home", [tf_keras, keras], ids=["tf_keras", "keras3"])
# Views of examples are no whole numbers.
PIXELS = np.random.default_rng(0).uniform(0, 255, (6, 8, 8, 1)).astype(np.float32)
DATA = dict(input_shape=(8, 8, 1), classes=5)


def net(home, *extra, input_shape=(8, 8, 1), **settings):
    image = home.layers.Input(input_shape, **settings)
    x = home.layers.Conv2D(6, 3, activation="relu", name="body")(image)
    x = home.layers.GlobalAveragePooling2D()(x)
    for layer in extra:
        x = layer(x)
    return home.Model(image, home.layers.Dense(5, name="classifier")(x))


def assert_same(teacher, model, features=()):
    """The teacher, asked in the range 0..1, says what the model itself says."""
    answers = teacher(PIXELS)
    assert set(answers) == {"logits", *features}
    np.testing.assert_allclose(answers["logits"], model(PIXELS / 255, training=False), atol=1e-5)
    assert all(array.dtype == np.float32 and len(array) == len(PIXELS) for array in answers.values())


class Named(tf.Module):
    """A SavedModel with outputs by name, a fixed batch, or a call and no signature."""

    def __init__(self):
        super().__init__()
        self.kernel = tf.Variable(tf.random.stateless_normal((64, 5), (0, 1)))

    @tf.function(input_signature=[tf.TensorSpec((4, 8, 8, 1), tf.float32)])
    def serve(self, image):
        flat = tf.reshape(image, (4, 64))
        return {"scores": flat @ self.kernel, "flat": flat, "other": flat[:, :5]}

    @tf.function(input_signature=[tf.TensorSpec((None, 8, 8, 1), tf.float32), tf.TensorSpec((None, 2), tf.float32)])
    def two(self, image, more):
        return {"scores": tf.reshape(image, (-1, 64)) @ self.kernel, "more": more}

    @tf.function(input_signature=[tf.TensorSpec((None, None, None, 1), tf.float32)])
    def __call__(self, image):
        return tf.reshape(image, (-1, 64)) @ self.kernel


NETS = """
import dataclasses
import {home} as keras

@dataclasses.dataclass
class Settings:
    units: int = 6

def net(input_shape, classes, name="net"):
    image = keras.layers.Input(input_shape)
    x = keras.layers.Conv2D(Settings().units, 3, activation="relu", name=name)(image)
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, keras.layers.Dense(classes, name="classifier")(x))

def published(weights="nowhere", classes=5, input_shape=(16, 16, 3), include_top=False, classifier_activation=""):
    assert include_top and classifier_activation is None
    if weights not in (None, "nowhere", "published"):
        raise ValueError("only published weights")
    return net(input_shape, classes)

number = 3
def nothing(): return number
def broken(): raise RuntimeError("out of nets")
"""
