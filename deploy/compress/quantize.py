"""Fake quantization for quantization-aware training, with ranges from representative examples."""

from collections.abc import Callable

import numpy as np
import tensorflow as tf
import tensorflow_model_optimization as tfmot
import tf_keras

from deploy.compress.ranges import RANGES, RangeName
from deploy.surgery.flat import copied

# How tfmot names a layer's activation range; weights' ranges follow the weights by themselves.
_RANGES = ("output", "post_activation")


def quantizable(
    model: tf_keras.Model,
    *,
    keep_zeros: bool,
    inputs: np.ndarray | None = None,
    ranges: RangeName = "min_max",
) -> tf_keras.Model:
    """The model with fake quantization of weights and activations to int8 (Jacob 2018), ready to be trained on.

    Args:
        model: flat and functional; it is left as it is.
        keep_zeros: weights that are zero now stay zero (tfmot's prune-preserving scheme).
        inputs: float32 examples as the model takes them, whose activation ranges training starts from; the weights have
            theirs then too, so that the model can be converted as it is. Without them all ranges are tfmot's -6 to 6,
            which its moving average of activations (0.999 a step) needs thousands of steps to leave.
        ranges: how a range follows from the activations that these examples give.
    """
    annotated = tf_keras.models.clone_model(
        copied(model), clone_function=tfmot.quantization.keras.quantize_annotate_layer
    )
    if keep_zeros:
        scheme = tfmot.experimental.combine.Default8BitPrunePreserveQuantizeScheme()
        quantized = tfmot.quantization.keras.quantize_apply(annotated, scheme)
    else:
        quantized = tfmot.quantization.keras.quantize_apply(annotated)
    for layer in quantized.layers:
        if not layer.trainable:
            # tfmot lists the weights that it quantizes as trained ones, those of frozen layers too.
            layer._non_trainable_weights += layer._trainable_weights
            layer._trainable_weights = []
    if inputs is not None:
        _set_ranges(quantized, model, inputs, RANGES[ranges])
        _set_weight_ranges(quantized, inputs)
    return quantized


def set_input_range(quantized: tf_keras.Model, low: float, high: float) -> None:
    """Set the range of the int8 input, which moving averages in training only come near to."""
    layer = _input_layer(quantized)
    variables = _by_kind(layer)
    variables[f"{layer.name}_min"].assign(low)
    variables[f"{layer.name}_max"].assign(high)


def _input_layer(quantized: tf_keras.Model) -> tf_keras.layers.Layer:
    """tfmot's quantizer of the input. Its name is quantize_layer, with a number if the process has built one before."""
    return quantized.layers[1]


def _by_kind(layer: tf_keras.layers.Layer) -> dict[str, tf.Variable]:
    return {variable.name.split("/")[-1].split(":")[0]: variable for variable in layer.variables}


def _set_weight_ranges(quantized: tf_keras.Model, inputs: np.ndarray) -> None:
    """Set the ranges of weights, which tfmot sets in training steps alone: before the first all are -6 to 6."""
    before = quantized.get_weights()
    quantized(inputs, training=True)
    after = quantized.get_weights()
    is_range = [weight.name.endswith(("kernel_min:0", "kernel_max:0")) for weight in quantized.weights]
    quantized.set_weights([new if chosen else old for chosen, old, new in zip(is_range, before, after)])


def _set_ranges(quantized: tf_keras.Model, model: tf_keras.Model, inputs: np.ndarray, range_of: Callable) -> None:
    # A copy, since tfmot's stripped layers belong to several models at once and so have no one output.
    copy = copied(model)
    layers = {layer.name: layer for layer in copy.layers}
    probe = tf_keras.Model(copy.inputs, {name: layer.output for name, layer in layers.items()})
    activations = probe(inputs, training=False)
    # tfmot prefixes the others.
    source = {_input_layer(quantized).name: copy.layers[0].name, **{f"quant_{name}": name for name in layers}}
    for layer in quantized.layers:
        variables = _by_kind(layer)
        for kind in (*_RANGES, layer.name):
            if f"{kind}_min" in variables:
                low, high = range_of(activations[source[layer.name]].numpy())
                variables[f"{kind}_min"].assign(low)
                variables[f"{kind}_max"].assign(high)
