"""Tiny backbones, in the style of `tf_keras.applications`."""

import keras
import tf_keras

_LAYERS = tf_keras.layers


def tiny(weights=None, input_shape=None, include_top=True, classes=1000):
    """Two convolutions, with normalization; for pictures of 8x8 at least."""
    if min(input_shape[:2]) < 8:
        raise ValueError(f"Input size must be at least 8x8; Received: input_shape={input_shape}")
    image = _LAYERS.Input(input_shape)
    x = _LAYERS.Conv2D(8, 3, 2, "same", use_bias=False, name="first")(image)
    x = _LAYERS.ReLU(name="active")(_LAYERS.BatchNormalization(name="normal")(x))
    x = _LAYERS.Conv2D(12, 3, 2, "same", activation="relu", name="second")(x)
    if include_top:
        x = _LAYERS.Dense(classes)(_LAYERS.GlobalAveragePooling2D()(x))
    model = tf_keras.Model(image, x, name="tiny")
    if weights is not None:
        model.load_weights(weights)
    return model


def preprocess_input(pixels):
    pixels /= 255.0
    return pixels


def pretrained(input_shape, include_top=False):
    """Weights of its own."""
    tf_keras.utils.set_random_seed(5)
    return tiny(input_shape=input_shape, include_top=include_top)


def uneven(input_shape, include_top=False):
    """Half of its features are a thousand times as small as the others."""
    model = pretrained(input_shape)
    second = model.get_layer("second")
    kernel, bias = second.get_weights()
    kernel[..., ::2] /= 1000
    second.set_weights([kernel, bias])
    return model


def vector(input_shape, include_top=False):
    image = _LAYERS.Input(input_shape)
    return tf_keras.Model(image, _LAYERS.Dense(6, activation="relu")(_LAYERS.Flatten()(image)))


def of_keras_3(input_shape, include_top=False):
    return keras.Sequential([keras.layers.Input(input_shape), keras.layers.Conv2D(4, 3)])


def subclassed(input_shape, include_top=False):
    class Own(tf_keras.Model):
        pass

    return Own()


def large(input_shape, include_top=False):
    return tiny(input_shape=(32, 32, 3), include_top=False)


def vanishing(input_shape, include_top=False):
    image = _LAYERS.Input((None, None, 3))
    return tf_keras.Model(image, tf_keras.layers.Reshape((0, 0, 3))(image[:, :0, :0]))
