"""Lint for quantization-aware training: layers that it would refuse, before anything is trained."""

from dataclasses import dataclass

import tensorflow as tf
import tensorflow_model_optimization as tfmot
import tf_keras

from deploy.surgery.flat import sources

_INSTEAD = {
    "Multiply": "leave the gate out (squeeze-and-excitation has no int8 path in tfmot), or add instead",
    "LayerNormalization": "BatchNormalization, which folds into the layer before it",
    "GroupNormalization": "BatchNormalization, which folds into the layer before it",
    "Lambda": "layers of tf_keras, which tfmot knows",
    "Conv1D": "Conv2D over inputs of shape (1, length, channels)",
    "Embedding": "a table outside the model",
    "LSTM": "convolutions over time",
    "GRU": "convolutions over time",
}


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A layer that tfmot does not quantize."""

    layer: str
    kind: str
    reason: str
    instead: str
    """A replacement that would work; empty where none is known."""


def lint(model: tf_keras.Model) -> tuple[Refused, ...]:
    """The layers of a model that tfmot 0.8 refuses; none where quantization-aware training will take it.

    Each layer is tried in tfmot by itself, in a model of an input, the layer and an output.
    """
    if not model._is_graph_network:
        return (
            Refused(
                layer=model.name,
                kind=type(model).__name__,
                reason="a subclassed model, whose layers tfmot cannot see",
                instead="the functional interface: tf_keras.Model(inputs, outputs)",
            ),
        )
    refused, reasons = [], {}
    for layer in model.layers:
        if isinstance(layer, tf_keras.layers.InputLayer):
            continue
        if isinstance(layer, tf_keras.Model):
            reason, instead = "a model inside a model", "call its layers one by one"
        else:
            kind = _kind(layer)
            if kind not in reasons:
                reasons[kind] = _refusal(layer)
            reason, instead = reasons[kind], _INSTEAD.get(type(layer).__name__, "")
        if reason:
            refused.append(Refused(layer=layer.name, kind=type(layer).__name__, reason=reason, instead=instead))
    return tuple(refused)


def _kind(layer: tf_keras.layers.Layer) -> tuple[object, ...]:
    """All that tfmot decides by: sizes are not of it, and a try takes a tenth of a second."""
    before = [(type(source), getattr(source, "activation", None)) for source in sources(layer)]
    is_normalization = isinstance(layer, tf_keras.layers.BatchNormalization)
    return type(layer), getattr(layer, "activation", None), *(before if is_normalization else [])


def _refusal(layer: tf_keras.layers.Layer) -> str:
    """The reason for which tfmot refuses a layer; empty if it does not."""
    chain = [layer]
    if isinstance(layer, tf_keras.layers.BatchNormalization):
        # It is folded into a convolution before it, and refused anywhere else.
        chain.insert(0, *sources(layer))
    try:
        single = not isinstance(chain[0].input, list)
        outputs = inputs = [tf_keras.Input(tensor.shape[1:]) for tensor in tf.nest.flatten(chain[0].input)]
        for link in chain:
            copy = type(link).from_config(link.get_config())
            outputs = copy(outputs[0] if single and outputs is inputs else outputs)
        # tfmot wants a layer with weights somewhere.
        flat = tf_keras.layers.Flatten(name="potstill_flat")(outputs)
        flat = tf_keras.layers.Dense(1, name="potstill_dense")(flat)
        tfmot.quantization.keras.quantize_model(tf_keras.Model(inputs, flat))
    except (ValueError, RuntimeError, NotImplementedError, TypeError) as error:
        if "is not supported. You can quantize this layer" in str(error):
            return "tfmot has no quantization for it"
        return str(error).strip().splitlines()[0][:200]
    return ""
