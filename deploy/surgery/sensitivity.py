"""Sensitivity of layers: the noise in the logits with one layer in int8, or with half of its weights at zero."""

from dataclasses import dataclass

import numpy as np
import tf_keras

from deploy.surgery.flat import copied, predicted


@dataclass(frozen=True, kw_only=True)
class Sensitivity:
    """Signal-to-noise ratio of the logits with one layer's weights changed, in decibels: low is sensitive."""

    layer: str
    weights: int
    int8_db: float
    """With its weights rounded to int8, one scale for each output channel."""
    zeros_db: float
    """With the smaller half of its weights at zero."""


def sensitivities(model: tf_keras.Model, inputs: np.ndarray) -> tuple[Sensitivity, ...]:
    """The sensitivity of every convolution and dense layer, the most sensitive to zeros first.

    Args:
        inputs: float32 (examples, height, width, channels), as the model takes them.
    """
    trial = copied(model)
    logits = predicted(trial, inputs)
    results = []
    for layer in trial.layers:
        if not isinstance(layer, (tf_keras.layers.Conv2D, tf_keras.layers.Dense)):
            continue
        kernel, *others = layer.get_weights()
        noises, middle = [], np.median(np.abs(kernel))
        for changed in (_in_int8(layer, kernel), np.where(np.abs(kernel) < middle, 0, kernel)):
            layer.set_weights([changed, *others])
            noises.append(round(signal_to_noise_db(logits, predicted(trial, inputs)), 1))
        layer.set_weights([kernel, *others])
        results.append(Sensitivity(layer=layer.name, weights=kernel.size, int8_db=noises[0], zeros_db=noises[1]))
    return tuple(sorted(results, key=lambda result: result.zeros_db))


def signal_to_noise_db(expected: np.ndarray, actual: np.ndarray) -> float:
    """Ten times the logarithm of the signal's power over the power of the difference."""
    noise = np.mean((actual - expected) ** 2)
    return 10 * float(np.log10(max(np.mean(expected**2), 1e-20) / max(noise, 1e-20)))


def _in_int8(layer, kernel: np.ndarray) -> np.ndarray:
    # A depthwise kernel's output channels are its inputs'.
    channels = (2, 3) if isinstance(layer, tf_keras.layers.DepthwiseConv2D) else (kernel.ndim - 1,)
    others = tuple(axis for axis in range(kernel.ndim) if axis not in channels)
    scale = np.maximum(np.abs(kernel).max(axis=others, keepdims=True), 1e-12) / 127
    return np.round(kernel / scale) * scale
