"""What each channel of a model is worth, so that the least can go."""

from collections.abc import Callable, Iterable

import numpy as np
import tensorflow as tf
import tf_keras

from deploy.surgery.channel_graph import MAKERS, ChannelGraph

Loss = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]
"""From targets and logits to a scalar."""


def taylor(graph: ChannelGraph, batches: Iterable[tuple[np.ndarray, np.ndarray]], loss: Loss) -> np.ndarray:
    """How much the loss would change without each channel, to first order (Molchanov 2019, equations 8 and 9).

    The root of the mean square over batches. A channel counts where batch normalization scales it, and where it has
    none, by the filter that makes it: there the sum of gradient times weight is that of gradient times activation.

    Args:
        batches: inputs as the model takes them, and targets as the loss does.

    Returns:
        Float64 of shape (channels,).
    """
    scaling = gates(graph.model)
    variables = [variable for _, those in scaling for variable in those]
    found, number = np.zeros(graph.count), 0
    for inputs, targets in batches:
        with tf.GradientTape() as tape:
            value = loss(targets, graph.model(inputs, training=False))
        gradients = iter(tape.gradient(value, variables, unconnected_gradients=tf.UnconnectedGradients.ZERO))
        change = np.zeros(graph.count)
        for layer, those in scaling:
            products = [variable.numpy() * next(gradients).numpy() for variable in those]
            np.add.at(change, graph.outputs(layer), sum(each.reshape(-1, each.shape[-1]).sum(0) for each in products))
        found += change**2
        number += 1
    if not number:
        raise ValueError("importance needs at least one batch of examples")
    return np.sqrt(found / number)


def gates(model: tf_keras.Model) -> list[tuple]:
    """Layers with the variables that scale their output channels, one layer to each way that a channel is made."""
    found = []
    for layer in model.layers:
        if isinstance(layer, tf_keras.layers.BatchNormalization) and layer.scale and layer.center:
            found.append((layer, [layer.gamma, layer.beta]))
        elif isinstance(layer, MAKERS) and not _normalized(layer):
            found.append((layer, [layer.kernel, *([layer.bias] if layer.use_bias else [])]))
    return found


def _normalized(layer) -> bool:
    followers = [node.layer for node in layer._outbound_nodes]
    return len(followers) == 1 and isinstance(followers[0], tf_keras.layers.BatchNormalization)
