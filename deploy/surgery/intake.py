"""Intake of a user's model: requirements for compression, and removal of its softmax and Rescaling."""

from dataclasses import dataclass

import numpy as np
import tf_keras

from deploy.surgery.flat import ModelRefused, copied, output_layer, require_flat, rewired
from deploy.surgery.lint import lint

_keras = tf_keras.layers
_SHOWN = 3


@dataclass(frozen=True, kw_only=True, eq=False)
class Accepted:
    """A model that can be compressed."""

    model: tf_keras.Model
    """Functional and flat, from inputs to logits."""
    rescaling: tuple[float, float] | None
    """Scale and offset of a Rescaling that was removed: its output is the input of `model`."""
    removed: tuple[str, ...]
    """The layers that were removed, in words."""


def intake(model: tf_keras.Model) -> Accepted:
    """Check a model, and rebuild it from inputs to logits; `layers_in_float` checks its layers for quantization.

    A softmax at the end is removed: classes keep their order without it, int8 softmax differs between processors, and
    distillation needs logits. So is a Rescaling at the start: the int8 input covers its range at no cost.

    Raises:
        ModelRefused: a nested or subclassed model, one that is quantized already, or weights that are no numbers.
    """
    if isinstance(model, tf_keras.Sequential) and model.built:
        # Without its own input layer it would not be rebuilt as others are.
        model = tf_keras.Model(model.inputs, model.outputs, name=model.name)
    require_flat(model)
    _require_plain(model)
    removed = []
    model, rescaling = _without_rescaling(model)
    if rescaling is not None:
        removed.append("the Rescaling at its start")
    last = output_layer(model)
    if isinstance(last, _keras.Softmax) or getattr(last, "activation", None) is tf_keras.activations.softmax:
        model = _without_softmax(model)
        removed.append("the softmax at its end")
    return Accepted(model=model, rescaling=rescaling, removed=tuple(removed))


def layers_in_float(model: tf_keras.Model, *, allowed: bool) -> dict[str, str]:
    """The layers that quantization refuses, by name, each with the reason.

    Args:
        allowed: whether such layers may stay in float.

    Raises:
        ModelRefused: there are some and they are not allowed; each is named with what would work.
    """
    refused = lint(model)
    if refused and not allowed:
        named = "; ".join(
            f"{layer.layer} ({layer.kind}): {layer.reason}" + (f", instead {layer.instead}" if layer.instead else "")
            for layer in refused[:_SHOWN]
        )
        more = f"; and {len(refused) - _SHOWN} more" if len(refused) > _SHOWN else ""
        raise ModelRefused(
            f"{model.name} has layers that cannot be quantized: {named}{more}. Change them, or say --allow-float to "
            "leave them in float, where phones are slower and microcontrollers lost"
        )
    return {layer.layer: layer.reason for layer in refused}


def _require_plain(model: tf_keras.Model) -> None:
    for layer in model.layers:
        if "quantiz" in type(layer).__name__.lower() or hasattr(layer, "quantize_config"):
            raise ModelRefused(
                f"{model.name} is quantized already (its layer {layer.name} is a {type(layer).__name__}); "
                "give the float model that it was made from"
            )
        for variable in layer.weights:
            bad = np.count_nonzero(~np.isfinite(variable.numpy()))
            if bad:
                raise ModelRefused(
                    f"{bad} of the {variable.shape.num_elements()} values of {variable.name} are NaN or infinite; "
                    "train the model again with a lower learning rate, or take an earlier checkpoint"
                )


def _without_rescaling(model: tf_keras.Model) -> tuple[tf_keras.Model, tuple[float, float] | None]:
    first = model.layers[1]
    if not isinstance(first, _keras.Rescaling) or np.ndim(first.scale) or np.ndim(first.offset):
        return copied(model), None
    rebuilt = rewired(model, lambda layer, inputs: inputs[0] if layer.name == first.name else None)
    return rebuilt, (float(first.scale), float(first.offset))


def _without_softmax(model: tf_keras.Model) -> tf_keras.Model:
    last = output_layer(model)

    def replacement(layer, inputs):
        if layer.name != last.name:
            return None
        if isinstance(layer, (_keras.Softmax, _keras.Activation)):
            return inputs[0]
        plain = type(layer).from_config({**layer.get_config(), "activation": None})
        logits = plain(inputs[0])
        plain.set_weights(layer.get_weights())
        return logits

    return rewired(model, replacement)
