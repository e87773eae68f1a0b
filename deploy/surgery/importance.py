"""Importance of channels, by a first-order Taylor expansion of a loss."""

from collections.abc import Callable, Iterable

import numpy as np
import tensorflow as tf
import tf_keras

from deploy.surgery.channel_graph import PRODUCERS, ChannelGraph

Loss = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]
"""From targets and logits to a scalar."""


def taylor(graph: ChannelGraph, batches: Iterable[tuple[np.ndarray, np.ndarray]], loss: Loss) -> np.ndarray:
    """Change of the loss without each channel, to first order (Molchanov 2019, equations 8 and 9).

    It is the sum of gradient times weight over the batch normalization's scale and shift of the channel; without batch
    normalization, over the filter that produces it, where it equals the sum of gradient times activation. Of several
    batches it is the root mean square.

    Args:
        batches: inputs as the model takes them, and targets as the loss does.

    Returns:
        Float64 of shape (channels,).
    """
    layers = gates(graph.model)
    variables = [variable for _, gate in layers for variable in gate]
    squares, count = np.zeros(graph.count), 0
    for inputs, targets in batches:
        with tf.GradientTape() as tape:
            value = loss(tf.convert_to_tensor(targets), graph.model(inputs, training=False))
        gradients = tape.gradient(value, variables, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        products = iter(
            [
                variable.numpy() * tf.convert_to_tensor(gradient).numpy()
                for variable, gradient in zip(variables, gradients)
            ]
        )
        change = np.zeros(graph.count)
        for layer, gate in layers:
            for _ in gate:
                product = next(products)
                np.add.at(change, graph.outputs(layer), product.reshape(-1, product.shape[-1]).sum(0))
        squares += change**2
        count += 1
    if not count:
        raise ValueError("importance needs at least one batch of examples")
    return np.sqrt(squares / count)


def gates(model: tf_keras.Model) -> list[tuple]:
    """Layers with the variables that scale their output channels; the first variable is the scale or the kernel.

    A convolution or dense layer in front of a batch normalization is left out: the latter scales its channels.
    """
    gates = []
    for layer in model.layers:
        if isinstance(layer, tf_keras.layers.BatchNormalization) and layer.scale and layer.center:
            gates.append((layer, [layer.gamma, layer.beta]))
        elif isinstance(layer, PRODUCERS) and not _normalized(layer):
            gates.append((layer, [layer.kernel, *([layer.bias] if layer.use_bias else [])]))
    return gates


def _normalized(layer) -> bool:
    followers = [node.layer for node in layer._outbound_nodes]
    return len(followers) == 1 and isinstance(followers[0], tf_keras.layers.BatchNormalization)
