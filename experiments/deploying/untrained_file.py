"""The int8 file of a student as it is, without quantization-aware training, written without tfmot and the converter.

It is the file that `compress` makes of the student (Jacob 2018): the same graph, ranges of activations from
representative examples, symmetric weights with a scale for each channel, of a dense or depthwise layer before batch
normalization one for all. Scales may differ in their last bits, and where they do a few weights in a
hundred thousand by a step.
"""

import numpy as np
import tf_keras

from deploy.compress.ranges import min_max
from deploy.compress.steps import Representative
from deploy.tflite.layer import LayerNumbers, LayerWeights
from deploy.tflite.slim import slimmed
from deploy.tflite.student_file import student_file
from search.genotype import Genotype
from search.walk import Layer, walk

_STEPS, _LARGEST_WEIGHT = 255, 127


def untrained_file(model: tf_keras.Model, genotype: Genotype, representative: Representative) -> bytes:
    """The .tflite of a student.

    Args:
        model: from `build` with this genotype, in float32.
    """
    layers = walk(genotype)
    by_name = {layer.name: layer for layer in model.layers}
    outputs = [by_name[_last(layer)].output for layer in layers[1:]]
    activations = tf_keras.Model(model.inputs, outputs)(representative.inputs, training=False)
    ranges = [representative.input_range, *(min_max(np.asarray(values)) for values in activations)]
    quantized = [_activation(low, high) for low, high in ranges]
    numbers = [
        LayerNumbers(
            scale=scale,
            zero_point=zero_point,
            weights=None
            if layer.kind in ("input", "add", "mean")
            else _weights(layer, by_name, quantized[layer.inputs[0]][0]),
        )
        for layer, (scale, zero_point) in zip(layers, quantized)
    ]
    return slimmed(student_file(layers, numbers))


def _last(layer: Layer) -> str:
    """The Keras layer whose output is the operator's: batch normalization and ReLU are part of it."""
    if layer.relu:
        return f"{layer.name}_r"
    return f"{layer.name}_n" if layer.kind in ("conv", "depthwise") else layer.name


def _activation(low: float, high: float) -> tuple[float, int]:
    """Scale and zero point of a range, 0 being exact."""
    scale = (high - low) / _STEPS or 1.0
    return scale, int(np.clip(round(-128 - low / scale), -128, 127))


def _weights(layer: Layer, by_name: dict[str, tf_keras.layers.Layer], input_scale: float) -> LayerWeights:
    """The weights of a layer with batch normalization folded into them."""
    kernel, *biases = by_name[layer.name].get_weights()
    # (outputs, height, width, inputs), as the file has a convolution's.
    kernel = kernel.T if layer.kind == "dense" else kernel.transpose(3, 0, 1, 2)
    largest = np.abs(kernel).max() if layer.kind != "conv" else np.abs(kernel).max(axis=(1, 2, 3))
    factor, bias = np.ones(1 if layer.kind == "dense" else layer.shape[2], np.float32), biases and biases[0]
    if layer.kind in ("conv", "depthwise"):
        normalization = by_name[f"{layer.name}_n"]
        gamma, beta, mean, variance = normalization.get_weights()
        factor = gamma / np.sqrt(variance + np.float32(normalization.epsilon))
        bias = beta - mean * factor
    scales = largest / np.float32(_LARGEST_WEIGHT) * np.abs(factor)
    # A channel without weights still needs a scale.
    scales = np.where(scales > 0, scales, 1).astype(np.float32)
    by_channel = (-1,) if layer.kind in ("pool", "depthwise") else (-1, *[1] * (kernel.ndim - 1))
    steps = np.round(kernel * factor.reshape(by_channel) / scales.reshape(by_channel))
    return LayerWeights(
        steps=np.clip(steps, -_LARGEST_WEIGHT, _LARGEST_WEIGHT).astype(np.int8),
        scales=scales,
        bias=np.round(bias / (scales * np.float32(input_scale))).astype(np.int32),
    )
