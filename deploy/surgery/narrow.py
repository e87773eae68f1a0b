"""A dense model with a part of another's channels."""

from typing import cast

import numpy as np
import tf_keras

from deploy.surgery.channel_graph import ChannelGraph

_keras = tf_keras.layers


def narrowed(graph: ChannelGraph, keep: np.ndarray) -> tf_keras.Model:
    """A smaller dense model with some of the channels and their weights.

    It computes what the graph's model would if every other channel were zero wherever it flows.

    Args:
        keep: bools of shape (channels,), True for the fixed ones.
    """
    assert keep[graph.fixed].all()

    def resized(layer):
        config = layer.get_config()
        if not isinstance(layer, _keras.InputLayer):
            width = int(keep[graph.outputs(layer)].sum())
            if isinstance(layer, _keras.Conv2D):
                config["filters"] = width
            elif isinstance(layer, _keras.Dense):
                config["units"] = width
            elif isinstance(layer, _keras.Reshape):
                config["target_shape"] = (*layer.target_shape[:-1], width)
        return type(layer).from_config(config)

    small = tf_keras.models.clone_model(graph.model, clone_function=resized)
    for layer in graph.model.layers:
        if layer.weights:
            cast(tf_keras.layers.Layer, small.get_layer(layer.name)).set_weights(_sliced(graph, layer, keep))
    return small


def _sliced(graph: ChannelGraph, layer, keep: np.ndarray) -> list[np.ndarray]:
    """A layer's weights for the channels that stay."""
    outputs, inputs = keep[graph.outputs(layer)], keep[graph.inputs(layer)]
    sliced = []
    for array in layer.get_weights():
        if array.ndim == 1:
            sliced.append(array[outputs])
        elif isinstance(layer, _keras.DepthwiseConv2D):
            sliced.append(array[:, :, inputs])
        else:
            sliced.append(array[..., inputs, :][..., outputs])
    return sliced
