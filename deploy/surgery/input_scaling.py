"""Scaling of pixels before or at the start of a model: read from its layers, and folded into the next one if exact."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf
import tf_keras

from deploy.surgery.flat import input_layer, predicted, rewired

_keras = tf_keras.layers
_ELEMENTWISE = (_keras.Rescaling, _keras.Normalization, _keras.BatchNormalization, _keras.Lambda)
_OPERATIONS = ("TFOpLambda", "SlicingOpLambda")
_PROBES, _TOLERANCE = 4, 1e-4


@dataclass(frozen=True, kw_only=True)
class Scaling:
    """An affine function of each channel: channel c is `scale[c]` times a channel of the picture, plus `offset[c]`."""

    scale: tuple[float, ...]
    offset: tuple[float, ...]
    reverses: bool = False
    """True if channel c is of the picture's c-th channel from the end, such as blue, green, red."""

    @classmethod
    def of_range(cls, low: float, high: float, channels: int) -> "Scaling":
        """From pixels 0 and 255 to two numbers, the same for each channel."""
        return cls(scale=((high - low) / 255,) * channels, offset=(low,) * channels)

    @property
    def range(self) -> tuple[float, float] | None:
        """The values of pixels 0 and 255, where they are the same for each channel; else None."""
        if self.reverses or len(set(self.scale)) > 1 or len(set(self.offset)) > 1:
            return None
        # What is read from layers has errors of rounding.
        return float(f"{self.offset[0]:.6g}"), float(f"{255 * self.scale[0] + self.offset[0]:.6g}")

    def applied(self, values: np.ndarray) -> np.ndarray:
        """Of an array whose last axis is the channels, in float32."""
        ordered = values[..., ::-1] if self.reverses else values
        return ordered.astype(np.float32) * np.array(self.scale, np.float32) + np.array(self.offset, np.float32)

    def after(self, first: "Scaling") -> "Scaling":
        """The scaling that `first` and then this one make together."""
        scale, offset = (values[::-1] if self.reverses else values for values in (first.scale, first.offset))
        return Scaling(
            scale=tuple(a * b for a, b in zip(self.scale, scale)),
            offset=tuple(a * b + c for a, b, c in zip(self.scale, offset, self.offset)),
            reverses=self.reverses != first.reverses,
        )


def without_scaling(model: tf_keras.Model) -> tuple[tf_keras.Model, Scaling | None]:
    """A flat model without the layers at its start that scale pixels, and what they do; None where there are none.

    Which layers these are is found by running them: their outputs must be an affine function of each channel.
    """
    chain, scaling = _leading(model), None
    while chain and (scaling := _fitted(model, chain[-1])) is None:
        chain.pop()
    if scaling is None:
        return model, None
    names = {layer.name for layer in chain}
    return rewired(model, lambda layer, inputs: inputs[0] if layer.name in names else None), scaling


def with_scaling(model: tf_keras.Model, scaling: Scaling) -> tuple[tf_keras.Model, str]:
    """A flat model that scales its inputs itself: in the weights of its first convolution, or in a layer before it.

    The weights can take it where the convolution pads nothing, or what it pads is a 0 in both: a border that is padded
    after the scaling would have to be padded with other values before it.

    Returns:
        The model, and where its scaling went, in words.
    """
    entry = input_layer(model)
    readers = [layer for layer in model.layers if layer is not entry and layer.input is entry.output]
    if len(readers) == 1 and type(readers[0]) is _keras.Conv2D and _takes(readers[0], scaling):
        return _folded(model, readers[0], scaling), "in the weights of its first convolution"
    channels = len(scaling.scale)
    weights = np.array(scaling.scale, np.float32)
    if scaling.reverses:
        first, kernel = _keras.Conv2D(channels, 1, name="input_scaling"), np.diag(weights)[::-1][None, None]
    else:
        first, kernel = _keras.DepthwiseConv2D(1, name="input_scaling"), weights[None, None, :, None]
    rebuilt = rewired(model, lambda layer, inputs: None, first=first)
    first.set_weights([kernel, np.array(scaling.offset, np.float32)])
    return rebuilt, "in a convolution of 1 x 1 before it"


def _takes(layer: Any, scaling: Scaling) -> bool:
    pads = layer.padding != "valid" and layer.kernel_size != (1, 1)
    return layer.groups == 1 and (not pads or not any(scaling.offset))


def _folded(model: tf_keras.Model, conv: Any, scaling: Scaling) -> tf_keras.Model:
    kernel, *bias = conv.get_weights()
    scaled = kernel * np.array(scaling.scale, np.float32)[:, None]
    offset = np.einsum("hwio,i->o", kernel, np.array(scaling.offset, np.float32))
    taking = _keras.Conv2D.from_config({**conv.get_config(), "use_bias": True})
    rebuilt = rewired(model, lambda layer, inputs: taking(inputs[0]) if layer is conv else None)
    taking.set_weights([scaled[:, :, ::-1] if scaling.reverses else scaled, offset + (bias[0] if bias else 0)])
    return rebuilt


def _leading(model: tf_keras.Model) -> list[tf_keras.layers.Layer]:
    """The layers from the input on that may be a scaling, each the only reader of the one before."""
    chain, tensor = [], input_layer(model).output
    while True:
        readers = [layer for layer in model.layers if any(value is tensor for value in tf.nest.flatten(layer.input))]
        readers = [layer for layer in readers if layer is not input_layer(model)]
        if len(readers) != 1 or not (isinstance(readers[0], _ELEMENTWISE) or type(readers[0]).__name__ in _OPERATIONS):
            return chain
        chain.append(readers[0])
        tensor = readers[0].output


def _fitted(model: tf_keras.Model, layer: tf_keras.layers.Layer) -> Scaling | None:
    """The scaling from a model's input to a layer's output; None where it is something else."""
    shape = tuple(model.input_shape[1:])
    if tuple(layer.output_shape[1:]) != shape:
        return None
    inputs = np.random.default_rng(0).uniform(0, 255, (_PROBES, *shape)).astype(np.float32)
    outputs = np.asarray(predicted(tf_keras.Model(model.inputs, layer.output), inputs))
    for reverses in (False, True):
        ordered = inputs[..., ::-1] if reverses else inputs
        scaling = _least_squares(ordered, outputs, reverses)
        error = np.abs(scaling.applied(inputs) - outputs).max()
        if np.isfinite(error) and error <= _TOLERANCE * max(1.0, np.abs(outputs).max()):
            return scaling
    return None


def _least_squares(inputs: np.ndarray, outputs: np.ndarray, reverses: bool) -> Scaling:
    fits = [
        np.polyfit(inputs[..., channel].ravel().astype(np.float64), outputs[..., channel].ravel(), 1)
        for channel in range(inputs.shape[-1])
    ]
    scale, offset = np.array(fits, np.float32).T
    # Equal but for rounding: then the range of the input can take it.
    if np.allclose(scale, scale[0], rtol=1e-5) and np.allclose(offset, offset[0], rtol=1e-5, atol=1e-6):
        scale[:], offset[:] = scale.mean(), offset.mean()
    offset[np.abs(offset) < 1e-6 * np.abs(255 * scale)] = 0
    return Scaling(scale=tuple(scale.tolist()), offset=tuple(offset.tolist()), reverses=reverses)
