"""Small models with what students do not have."""

import numpy as np
import tf_keras

from deploy.surgery.channel_graph import ChannelGraph
from deploy.surgery.flat import copied


def mixed() -> tf_keras.Model:
    """Two branches side by side, a depthwise convolution that doubles them, a sum, and two dense layers at the end."""
    keras = tf_keras.layers
    image = tf_keras.Input((8, 8, 3))
    left = keras.Conv2D(8, 3, padding="same", activation="sigmoid")(image)
    right = keras.Conv2D(4, 3, padding="same", use_bias=False)(image)
    both = keras.Concatenate()([left, right])
    doubled = keras.BatchNormalization()(keras.DepthwiseConv2D(3, depth_multiplier=2, padding="same")(both))
    summed = keras.Add()([doubled, keras.Conv2D(24, 1)(both)])
    flat = keras.Flatten()(keras.MaxPooling2D()(summed))
    return tf_keras.Model(image, keras.Dense(5)(keras.Dense(12, activation="tanh")(flat)))


def with_random_weights(model: tf_keras.Model, seed: int) -> tf_keras.Model:
    """The model, all its weights drawn anew, those of batch normalization too."""
    rng = np.random.default_rng(seed)
    for variable in model.weights:
        values = rng.normal(0, 0.3, variable.shape)
        variable.assign(np.abs(values) if "variance" in variable.name else values)
    return model


def masked(graph: ChannelGraph, keep: np.ndarray) -> tf_keras.Model:
    """The graph's model in its full size, where nothing of a channel that is left out is made or read."""
    model = copied(graph.model)
    for layer in model.layers:
        if not layer.weights:
            continue
        same = graph.model.get_layer(layer.name)
        made, read, blanked = keep[graph.outputs(same)], keep[graph.inputs(same)], []
        for array in layer.get_weights():
            if isinstance(layer, tf_keras.layers.DepthwiseConv2D) and array.ndim > 1:
                array = array * read[:, None]
            elif array.ndim > 1:
                array = array * np.outer(read, made)
            else:
                array = array * made
            blanked.append(array)
        layer.set_weights(blanked)
    return model
