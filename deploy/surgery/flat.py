"""Flat functional models, the only ones that compression takes, and rebuilding them with other layers."""

from collections.abc import Callable
from typing import Any, cast

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
            raise ModelRefused(f"{layer.name} is a model inside a model; `intake` opens such")
        if len(layer._inbound_nodes) != 1:
            raise ModelRefused(f"the layer {layer.name} is called more than once; give each call a layer of its own")
        if getattr(layer, "data_format", "channels_last") != "channels_last":
            raise ModelRefused(f"the layer {layer.name} has channels first; build the model with channels_last")
    inputs, outputs = _tensors(model.inputs), _tensors(model.outputs)
    if len(inputs) != 1 or len(outputs) != 1:
        raise ModelRefused(f"{model.name} has {len(inputs)} inputs and {len(outputs)} outputs; allowed is one of each")


def input_layer(model: tf_keras.Model) -> tf_keras.layers.Layer:
    """The input layer of a flat model."""
    (tensor,) = _tensors(model.inputs)
    return tensor._keras_history.layer


def output_layer(model: tf_keras.Model) -> tf_keras.layers.Layer:
    """The layer whose output is that of a flat model."""
    (tensor,) = _tensors(model.outputs)
    return tensor._keras_history.layer


def predicted(model: tf_keras.Model, inputs: np.ndarray, batch_size: int | None = None) -> np.ndarray:
    """The outputs of a model for inputs as it takes them, without a progress bar."""
    # The stub of tf_keras has a string there.
    return model.predict(inputs, batch_size=batch_size, verbose=cast(str, 0))


def _tensors(tensors: Any) -> list[Any]:
    """Symbolic tensors of a model, which the stubs of tf_keras take for None."""
    return list(tensors)


def sources(layer: tf_keras.layers.Layer) -> list[tf_keras.layers.Layer]:
    """The layers whose outputs a layer reads, in order."""
    return [tensor._keras_history.layer for tensor in tf.nest.flatten(layer.input)]


def copied(model: tf_keras.Model) -> tf_keras.Model:
    """A copy of layers and weights: tfmot's wrappers change the layers that are passed to them."""
    copy = tf_keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    return copy


Call = Callable[[tf_keras.layers.Layer, tuple, dict[str, Any]], Any]
"""From a layer of a graph, with the arguments of one of its calls in another graph, to the outputs there."""


def replayed(model: tf_keras.Model, image: Any, call: Call) -> Any:
    """The output of a functional model of one input and one output, each of its calls made by `call`."""
    (source,), (target,) = _tensors(model.inputs), _tensors(model.outputs)
    # By identity: symbolic tensors are equal to nothing.
    values = {id(source): image}
    for depth in sorted(model._nodes_by_depth, reverse=True):
        for node in model._nodes_by_depth[depth]:
            if node.is_input:
                continue
            args, kwargs = tf.nest.map_structure(
                lambda argument: values.get(id(argument), argument), (node.call_args, node.call_kwargs)
            )
            # A model that was called for inference by its author stays so, and nothing here is called otherwise.
            kwargs = {name: value for name, value in kwargs.items() if name not in ("training", "mask")}
            outputs = tf.nest.flatten(call(node.layer, args, kwargs))
            values.update(zip(map(id, tf.nest.flatten(node.outputs)), outputs))
    return values[id(target)]


Replacement = Callable[[tf_keras.layers.Layer, list[tf.Tensor]], tf.Tensor | None]
"""From a layer and its input tensors in the new model to the tensor that replaces its output; None copies the layer."""


def rewired(
    model: tf_keras.Model, replacement: Replacement, first: tf_keras.layers.Layer | None = None
) -> tf_keras.Model:
    """A copy of a flat model in which `replacement` may stand in for any layer; copied layers have the same weights.

    Args:
        first: a layer to put between the input and all others.
    """
    entry = input_layer(model)
    (tensor,) = _tensors(model.inputs)
    image = cast(tf.Tensor, tf_keras.Input(tensor.shape[1:], name=entry.name))
    copies: list[tuple[tf_keras.layers.Layer, list[np.ndarray]]] = []

    def call(layer: tf_keras.layers.Layer, args: tuple, kwargs: dict[str, Any]) -> Any:
        tensors = [value for value in tf.nest.flatten((args, kwargs)) if hasattr(value, "_keras_history")]
        output = replacement(layer, tensors)
        if output is None:
            copy = type(layer).from_config(layer.get_config())
            output = copy(*args, **kwargs)
            copies.append((copy, layer.get_weights()))
        return output

    rebuilt = tf_keras.Model(image, replayed(model, first(image) if first else image, call), name=model.name)
    for copy, weights in copies:
        copy.set_weights(weights)
    return rebuilt
