"""One flat graph of a user's model: models inside it are opened, idle layers left out, its input takes pixels."""

from collections import Counter
from typing import Any

import numpy as np
import tensorflow as tf
import tf_keras

from deploy.surgery.flat import ModelRefused, replayed

_keras = tf_keras.layers
_AUGMENTATION = (
    _keras.RandomFlip,
    _keras.RandomRotation,
    _keras.RandomTranslation,
    _keras.RandomZoom,
    _keras.RandomContrast,
    _keras.RandomBrightness,
    _keras.RandomHeight,
    _keras.RandomWidth,
)
_NOISE = (
    _keras.Dropout,
    _keras.SpatialDropout1D,
    _keras.SpatialDropout2D,
    _keras.SpatialDropout3D,
    _keras.AlphaDropout,
    _keras.GaussianDropout,
    _keras.GaussianNoise,
    _keras.ActivityRegularization,
)
_RESHAPING = (_keras.Reshape, _keras.Resizing, _keras.CenterCrop, _keras.RandomCrop)
"""Idle where their output has the shape of their input."""


def inlined(model: tf_keras.Model, input_shape: tuple[int, int, int]) -> tuple[tf_keras.Model, tuple[str, ...]]:
    """Rebuild a model as one graph of layers that are called once each, for inputs of a shape.

    Args:
        model: of one input and one output; functional, as are the models inside it.
        input_shape: height, width and channels of the new input; the model's own may leave sizes open, or the channel
            out.

    Returns:
        The model, with the same outputs at inference, and what was left out, in words.

    Raises:
        ModelRefused: a subclassed model, or inputs or outputs in another number than one.
    """
    _require_graph(model)
    image: Any = tf_keras.Input(input_shape, name="image")
    start = _keras.Reshape(input_shape[:2], name="without_channel")(image) if len(model.input_shape) == 3 else image
    names, idle = Counter(["image", "without_channel"]), Counter()
    copies: list[tuple[tf_keras.layers.Layer, list[np.ndarray]]] = []

    def call(layer: tf_keras.layers.Layer, args: tuple, kwargs: dict[str, Any]) -> Any:
        if isinstance(layer, tf_keras.Model):
            _require_graph(layer)
            (inner,) = tf.nest.flatten(args)
            return replayed(layer, inner, call)
        if args and args[0] is start and isinstance(layer, _keras.Reshape) and _shape(layer, start) == input_shape:
            return image
        kind = _idle(layer, args)
        if kind:
            idle[kind] += 1
            return args[0]
        copy = type(layer).from_config({**layer.get_config(), "name": _unique(layer.name, names), "dtype": "float32"})
        outputs = copy(*args, **kwargs)
        copies.append((copy, layer.get_weights()))
        return outputs

    flat = tf_keras.Model(image, replayed(model, start, call), name=model.name)
    for copy, weights in copies:
        copy.set_weights(weights)
    return flat, tuple(
        f"{count} layers of {kind}" if count > 1 else f"a layer of {kind}" for kind, count in idle.items()
    )


def _require_graph(model: tf_keras.Model) -> None:
    if not model._is_graph_network:
        raise ModelRefused(
            f"{model.name} is a subclassed model, or has no input shape, so that its layers cannot be seen; build it "
            "with the functional interface: tf_keras.Model(inputs, outputs)"
        )
    inputs, outputs = tf.nest.flatten(model.inputs), tf.nest.flatten(model.outputs)
    if len(inputs) != 1 or len(outputs) != 1:
        raise ModelRefused(f"{model.name} has {len(inputs)} inputs and {len(outputs)} outputs; allowed is one of each")


def _idle(layer: tf_keras.layers.Layer, args: tuple) -> str:
    """The kind of a layer that changes nothing at inference; empty for others."""
    if isinstance(layer, _AUGMENTATION):
        return "augmentation"
    if isinstance(layer, _NOISE):
        return "dropout or noise"
    if type(layer) is _keras.Activation and layer.activation is tf_keras.activations.linear:
        return "linear activation"
    if isinstance(layer, _RESHAPING) and _shape(layer, args[0]) == tuple(args[0].shape[1:]):
        return "no reshaping"
    return ""


def _shape(layer: tf_keras.layers.Layer, tensor: Any) -> tuple[int | None, ...]:
    return tuple(layer.compute_output_shape(tensor.shape)[1:])


def _unique(name: str, names: Counter) -> str:
    """A name that no layer has yet: models inside each other may use one twice, and a layer may be called twice."""
    names[name] += 1
    if names[name] == 1:
        return name
    return _unique(f"{name}_{names[name] - 1}", names)
