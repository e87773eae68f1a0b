"""Layers as others that compute the same, which training in int8, the converter or XNNPACK take."""

from typing import Any

import numpy as np
import tf_keras

from deploy.surgery.flat import rewired

_keras = tf_keras.layers


def with_plain_layers(model: tf_keras.Model) -> tf_keras.Model:
    """A flat model with the same outputs, of layers that int8 has.

    A separable convolution becomes a depthwise and a 1 x 1: tfmot renames it. A hard sigmoid becomes a ReLU6 between
    two scalings: the converter would write MINIMUM and RELU, and XNNPACK fails to prepare these in int8.
    """
    weighted: list[tuple[tf_keras.layers.Layer, list[np.ndarray]]] = []

    def replacement(layer, inputs):
        if type(layer) is _keras.SeparableConv2D:
            return _separated(layer, inputs[0], weighted)
        if getattr(layer, "activation", None) is not tf_keras.activations.hard_sigmoid:
            return None
        linear = inputs[0]
        if not isinstance(layer, _keras.Activation):
            plain = type(layer).from_config({**layer.get_config(), "activation": None})
            linear = plain(linear)
            weighted.append((plain, layer.get_weights()))
        return _hard_sigmoid(linear, layer.name)

    rebuilt = rewired(model, replacement)
    for layer, weights in weighted:
        layer.set_weights(weights)
    return rebuilt


def _hard_sigmoid(tensor: Any, name: str) -> Any:
    """0.2 x + 0.5, from 0 to 1: a sixth of 1.2 x + 3, from 0 to 6."""
    tensor = _keras.Rescaling(1.2, 3.0, name=f"{name}_from_0")(tensor)
    return _keras.Rescaling(1 / 6, name=f"{name}_to_1")(_keras.ReLU(6.0, name=f"{name}_to_6")(tensor))


def _separated(layer: Any, tensor: Any, weighted: list) -> Any:
    depthwise = _keras.DepthwiseConv2D(
        layer.kernel_size,
        strides=layer.strides,
        padding=layer.padding,
        depth_multiplier=layer.depth_multiplier,
        dilation_rate=layer.dilation_rate,
        use_bias=False,
        name=f"{layer.name}_depthwise",
    )
    pointwise = _keras.Conv2D(
        layer.filters, 1, use_bias=layer.use_bias, activation=layer.activation, name=f"{layer.name}_pointwise"
    )
    outputs = pointwise(depthwise(tensor))
    first, *rest = layer.get_weights()
    weighted += [(depthwise, [first]), (pointwise, rest)]
    return outputs
