"""Untrained files of students, written straight from their layers with random weights.

Latency does not depend on the values of weights, so a device can be measured without training or converting anything.
"""

from collections.abc import Sequence

import numpy as np

from deploy.tflite.layer import LayerLike, LayerNumbers, LayerWeights
from deploy.tflite.student_file import bare_file, weights_shape

_SCALE = 0.05
_WEIGHTLESS = ("input", "add", "mean")


def skeleton(layers: Sequence[LayerLike], *, quantized: bool = True) -> bytes:
    """The .tflite of layers in execution order, the input first and the logits last; int8, or else float32."""
    rng = np.random.default_rng(0)
    return bare_file(layers, [_numbers(layers, layer, rng) for layer in layers], quantized=quantized)


def _numbers(layers: Sequence[LayerLike], layer: LayerLike, rng: np.random.Generator) -> LayerNumbers:
    if layer.kind in _WEIGHTLESS:
        return LayerNumbers(scale=_SCALE)
    width = layer.shape[2]
    # Different for each channel, as in a trained student, since equal vectors are written once.
    scales = _SCALE * rng.uniform(0.5, 1.5, 1 if layer.kind == "dense" else width).astype(np.float32)
    steps = rng.integers(-127, 128, weights_shape(layers, layer), np.int8)
    bias = rng.integers(-1_000, 1_000, width, np.int32)
    return LayerNumbers(scale=_SCALE, weights=LayerWeights(steps=steps, scales=scales, bias=bias))
