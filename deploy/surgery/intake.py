"""Intake of a user's model: one flat graph from pixels to logits, of layers that int8 has."""

from dataclasses import dataclass

import numpy as np
import tf_keras

from deploy.surgery.flat import ModelRefused, require_flat
from deploy.surgery.inline import inlined
from deploy.surgery.input_scaling import Scaling, without_scaling
from deploy.surgery.lint import Refused, lint
from deploy.surgery.logits import Activation, with_logits
from deploy.surgery.plain_layers import with_plain_layers


@dataclass(frozen=True, kw_only=True, eq=False)
class Accepted:
    """A model that can be compressed."""

    model: tf_keras.Model
    """Functional and flat, from inputs to logits."""
    scaling: Scaling | None
    """Scaling that was removed from its start: its output is the input of `model`."""
    activation: Activation
    """From its logits to confidences."""
    removed: tuple[str, ...]
    """The parts that were removed, in words."""
    untrainable: tuple[Refused, ...]
    """Layers that quantization-aware training does not take; if there are any, the converter quantizes the model."""


def intake(model: tf_keras.Model, input_shape: tuple[int, int, int]) -> Accepted:
    """Check a model, and rebuild it for inputs of a shape, from inputs to logits.

    Models inside it are opened; dropout and augmentation, which do nothing at inference, are left out; so is what
    scales pixels at its start, since the int8 input covers its range at no cost, and a softmax or sigmoid at its end.

    Raises:
        ModelRefused: a subclassed model, one that is quantized already, or weights that are no numbers.
    """
    require_plain(model)
    flat, idle = inlined(model, input_shape)
    require_flat(flat)
    classifier = with_logits(flat)
    bare, scaling = without_scaling(with_plain_layers(classifier.model))
    start = () if scaling is None else ("the scaling of pixels at its start",)
    return Accepted(
        model=bare,
        scaling=scaling,
        activation=classifier.activation,
        removed=(*idle, *start, *classifier.removed),
        untrainable=lint(bare),
    )


def require_plain(model: tf_keras.Model) -> None:
    """Raise `ModelRefused` for a model that is quantized already, or whose weights are no numbers."""
    for layer in model._flatten_layers():
        if "quantiz" in type(layer).__name__.lower() or hasattr(layer, "quantize_config"):
            raise ModelRefused(
                f"{model.name} is quantized already (its layer {layer.name} is a {type(layer).__name__}); "
                "give the float model that it was made from"
            )
    for variable in model.weights:
        bad = np.count_nonzero(~np.isfinite(variable.numpy()))
        if bad:
            raise ModelRefused(
                f"{bad} of the {variable.shape.num_elements()} values of {variable.name} are NaN or infinite; "
                "train the model again with a lower learning rate, or take an earlier checkpoint"
            )
