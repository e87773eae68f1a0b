import numpy as np
import pytest
import tensorflow as tf
import tf_keras

from deploy.compress.post_training import int8_function
from deploy.surgery.flat import ModelRefused


def test_a_function_in_int8_says_nearly_the_same_of_any_number_of_examples():
    tf_keras.utils.set_random_seed(0)
    image = tf_keras.layers.Input((8, 8, 3))
    features = tf_keras.layers.Conv2D(8, 3, activation="relu")(image)
    model = tf_keras.Model(image, tf_keras.layers.Dense(4)(tf_keras.layers.Flatten()(features)))
    inputs = np.random.default_rng(0).uniform(-1, 1, (50, 8, 8, 3)).astype(np.float32)
    run = int8_function(lambda images: model(images, training=False), inputs)
    exact = model(inputs).numpy()
    for count in (1, 20, 50):
        answers = run(inputs[:count])
        assert answers.shape == (count, 4)
        assert answers.dtype == np.float32
        difference = answers - exact[:count]
        assert 0 < np.sqrt(np.mean(difference**2)) < 0.05 * exact.std()


def test_a_function_that_the_converter_cannot_follow_is_refused():
    def python(images):
        return tf.ensure_shape(tf.numpy_function(lambda values: values * 2, [images], tf.float32), images.shape)

    with pytest.raises(ModelRefused, match="no int8"):
        int8_function(python, np.zeros((20, 4, 4, 1), np.float32))
