"""A classifier's end: its softmax or sigmoid is taken off, and one output becomes one for each of two classes."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import tf_keras

from deploy.surgery.flat import ModelRefused, output_layer, rewired

_keras = tf_keras.layers
Activation = Literal["softmax", "sigmoid"]
"""From logits to confidences: shares of one, or each by itself."""
_ACTIVATIONS: dict[Any, Activation] = {
    tf_keras.activations.softmax: "softmax",
    tf_keras.activations.sigmoid: "sigmoid",
}
_FUNCTIONS: dict[str, Activation] = {"nn.softmax": "softmax", "nn.sigmoid": "sigmoid", "math.sigmoid": "sigmoid"}


@dataclass(frozen=True, kw_only=True, eq=False)
class Classifier:
    """A flat model that ends in logits, one for each class."""

    model: tf_keras.Model
    activation: Activation
    removed: tuple[str, ...]
    """Changes to the end of the model, in words."""


def with_logits(model: tf_keras.Model) -> Classifier:
    """Take off the activation at the end of a flat model.

    Classes keep their order without it, int8 softmax differs between processors, and distillation needs logits. One
    output, the logit of the second of two classes, becomes two: the softmax of 0 and the logit is its sigmoid.

    Raises:
        ModelRefused: it does not end in a vector.
    """
    removed, activation = [], None
    while activation is None and (kind := _activation(output_layer(model))):
        activation = kind
        model = _without_activation(model)
        removed.append(f"the {kind} at its end")
    shape = model.output_shape[1:]
    if len(shape) > 1 and set(shape[:-1]) == {1}:
        model = tf_keras.Model(model.inputs, _keras.Flatten(name="flat_logits")(model.output), name=model.name)
    elif len(shape) != 1:
        raise ModelRefused(f"{model.name} gives outputs of {shape}; a classifier gives one number for each class")
    if model.output_shape[-1] == 1:
        model, activation = _of_two_classes(model), "softmax"
        removed.append("its one output as two classes, the second of which it stands for")
    return Classifier(model=model, activation=activation or "softmax", removed=tuple(removed))


def _activation(layer: tf_keras.layers.Layer) -> Activation | None:
    if isinstance(layer, _keras.Softmax):
        return "softmax"
    if type(layer).__name__ == "TFOpLambda":
        return _FUNCTIONS.get(layer.get_config()["function"])
    return _ACTIVATIONS.get(getattr(layer, "activation", None))


def _without_activation(model: tf_keras.Model) -> tf_keras.Model:
    last = output_layer(model)
    plain: list[tf_keras.layers.Layer] = []

    def replacement(layer, inputs):
        if layer is not last:
            return None
        if not hasattr(layer, "activation") or isinstance(layer, _keras.Activation):
            return inputs[0]
        plain.append(type(layer).from_config({**layer.get_config(), "activation": None}))
        return plain[0](inputs[0])

    rebuilt = rewired(model, replacement)
    for layer in plain:
        layer.set_weights(last.get_weights())
    return rebuilt


def _of_two_classes(model: tf_keras.Model) -> tf_keras.Model:
    """Logits 0 and z of a model whose one output is z."""
    last, both = output_layer(model), []

    def replacement(layer, inputs):
        if layer is not last or type(layer) is not _keras.Dense:
            return None
        both.append(_keras.Dense(2, name=layer.name))
        return both[0](inputs[0])

    rebuilt = rewired(model, replacement)
    if both:
        kernel, *bias = last.get_weights()
        offset = bias[0][0] if bias else 0.0
        both[0].set_weights([np.pad(kernel, [(0, 0), (1, 0)]), np.array([0, offset], np.float32)])
        return rebuilt
    pair = _keras.Dense(2, use_bias=False, name="two_classes")
    paired = tf_keras.Model(model.inputs, pair(model.output), name=model.name)
    pair.set_weights([np.array([[0, 1]], np.float32)])
    return paired
