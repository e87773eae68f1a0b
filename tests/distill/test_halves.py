"""Batches in two halves beside each other."""

import numpy as np
import pytest
import tensorflow as tf
import tf_keras

from distill.halves import in_halves


@pytest.fixture(scope="module")
def model():
    pixels = tf_keras.layers.Input((4, 4, 1))
    features = tf_keras.layers.BatchNormalization()(tf_keras.layers.Conv2D(3, 3)(pixels))
    return tf_keras.Model(pixels, {"logits": tf_keras.layers.Flatten()(features), "map": features})


def inputs_of(count: int) -> tf.Tensor:
    return tf.constant(np.random.default_rng(count).normal(size=(count, 4, 4, 1)), tf.float32)


@pytest.mark.parametrize("count", [1, 2, 7, 128])
def test_inference_is_that_of_the_whole_batch(model, count):
    inputs = inputs_of(count)
    halves = tf.function(lambda batch: in_halves(model, batch, training=False))(inputs)
    whole = model(inputs, training=False)
    assert {name: tuple(output.shape) for name, output in halves.items()} == {
        "logits": (count, 12),
        "map": (count, 2, 2, 3),
    }
    for name in whole:
        np.testing.assert_allclose(halves[name], whole[name], rtol=1e-5, atol=1e-6)


def test_batch_normalization_in_training_sees_each_half_by_itself(model):
    inputs = inputs_of(128)
    halves = tf.function(lambda batch: in_halves(model, batch, training=True))(inputs)
    for half in (slice(0, 64), slice(64, 128)):
        np.testing.assert_allclose(halves["map"][half], model(inputs[half], training=True)["map"], rtol=1e-4, atol=1e-5)
