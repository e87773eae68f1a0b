"""Flat functional models, which all of compression takes, and how they are rebuilt with other layers."""

from collections.abc import Callable

import numpy as np
import tensorflow as tf
import tf_keras

from deploy.errors import DeployError


class ModelRefused(DeployError, ValueError):
    """A model that cannot be compressed; the message names what is in the way and what would work."""


def require_flat(model: tf_keras.Model) -> None:
    """Raise `ModelRefused` unless each layer can be seen and is called once, from one input to one output."""
    if not model._is_graph_network:
        raise ModelRefused(
            f"{model.name} is a subclassed model, whose layers cannot be seen; "
            "build it with the functional interface: tf_keras.Model(inputs, outputs)"
        )
    for layer in model.layers:
        if isinstance(layer, tf_keras.Model):
            raise ModelRefused(f"{layer.name} is a model inside a model; call its layers one by one")
        if len(layer._inbound_nodes) != 1:
            raise ModelRefused(f"the layer {layer.name} is called more than once; give each call a layer of its own")
        if getattr(layer, "data_format", "channels_last") != "channels_last":
            raise ModelRefused(f"the layer {layer.name} has channels first; build the model with channels_last")
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        raise ModelRefused(
            f"{model.name} has {len(model.inputs)} inputs and {len(model.outputs)} outputs; allowed is one of each"
        )


def sources(layer: tf_keras.layers.Layer) -> list[tf_keras.layers.Layer]:
    """The layers whose outputs a layer reads, in order."""
    return [tensor._keras_history.layer for tensor in tf.nest.flatten(layer.input)]


def copied(model: tf_keras.Model) -> tf_keras.Model:
    """The same model with weights of its own: tfmot's wrappers take the layers that they are given to pieces."""
    copy = tf_keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    return copy


Instead = Callable[[tf_keras.layers.Layer, list[tf.Tensor]], tf.Tensor | None]
"""From a layer and what it reads in the new model to what stands for its output there; None keeps the layer."""


def rewired(model: tf_keras.Model, instead: Instead) -> tf_keras.Model:
    """A copy of a flat model, in which `instead` says what stands for each layer. Layers that are kept keep weights."""
    outputs: dict[str, tf.Tensor] = {}
    kept: list[tuple[tf_keras.layers.Layer, list[np.ndarray]]] = []
    for layer in model.layers:
        if isinstance(layer, tf_keras.layers.InputLayer):
            outputs[layer.name] = image = tf_keras.Input(layer.output.shape[1:], name=layer.name)
            continue
        given = [outputs[source.name] for source in sources(layer)]
        made = instead(layer, given)
        if made is None:
            copy = type(layer).from_config(layer.get_config())
            made = copy(given if isinstance(layer.input, list) else given[0])
            kept.append((copy, layer.get_weights()))
        outputs[layer.name] = made
    last = outputs[model.outputs[0]._keras_history.layer.name]
    rebuilt = tf_keras.Model(image, last, name=model.name)
    for copy, weights in kept:
        copy.set_weights(weights)
    return rebuilt
