"""The end of a classifier: logits of one number for each class, in the classes' order."""

import numpy as np
import pytest
import tensorflow as tf
import tf_keras

from deploy.surgery.flat import ModelRefused
from deploy.surgery.logits import with_logits

_keras = tf_keras.layers


def ending(*layers):
    image = x = tf_keras.Input((8, 8, 1))
    for layer in (_keras.Conv2D(4, 3, activation="relu"), *layers):
        x = layer(x)
    return tf_keras.Model(image, x)


def inputs():
    return np.random.default_rng(0).normal(size=(5, 8, 8, 1)).astype(np.float32)


@pytest.mark.parametrize("kind", ["softmax", "sigmoid"])
@pytest.mark.parametrize(
    "end",
    [
        lambda kind: [_keras.Flatten(), _keras.Dense(3, activation=kind)],
        lambda kind: [_keras.Flatten(), _keras.Dense(3), _keras.Activation(kind)],
        lambda kind: [_keras.Flatten(), _keras.Dense(3), lambda x: getattr(tf.nn, kind)(x)],
        lambda kind: [_keras.GlobalAveragePooling2D(keepdims=True), _keras.Conv2D(3, 1, activation=kind)],
    ],
)
def test_an_activation_at_the_end_is_taken_off_and_its_meaning_stays(kind, end):
    model = ending(*end(kind))
    classifier = with_logits(model)
    assert (classifier.activation, classifier.removed) == (kind, (f"the {kind} at its end",))
    again = getattr(tf.nn, kind)(classifier.model(inputs()))
    np.testing.assert_allclose(again, np.reshape(model(inputs()), (5, 3)), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    "end",
    [
        [_keras.Flatten(), _keras.Dense(1, activation="sigmoid")],
        [_keras.Flatten(), _keras.Dense(1, use_bias=False), _keras.Activation("sigmoid")],
        [_keras.Conv2D(1, 6, activation="sigmoid"), _keras.Flatten()],
    ],
)
def test_one_sigmoid_becomes_the_second_of_two_classes(end):
    model = ending(*end)
    classifier = with_logits(model)
    assert classifier.activation == "softmax"
    shares = tf.nn.softmax(classifier.model(inputs())).numpy()
    expected = model(inputs()).numpy()
    if not isinstance(end[-1], _keras.Flatten):
        np.testing.assert_allclose(shares[:, 1:], expected, rtol=1e-4, atol=1e-6)
    assert shares.shape == (5, 2)


def test_logits_are_left_as_they_are():
    model = ending(_keras.Flatten(), _keras.Dense(3))
    classifier = with_logits(model)
    assert (classifier.activation, classifier.removed) == ("softmax", ())
    np.testing.assert_array_equal(classifier.model(inputs()), model(inputs()))


def test_maps_are_no_classifiers():
    with pytest.raises(ModelRefused, match=r"outputs of \(6, 6, 4\)"):
        with_logits(ending())
