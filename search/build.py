"""A genotype as a trainable model: the walk read as tf_keras layers."""

import math
from typing import Any

import tf_keras

from search.genotype import Genotype
from search.walk import Layer, walk

# tf_keras infers the types of its arguments from their defaults: an initializer would have to be a string.
_layers: Any = tf_keras.layers
_initializers: Any = tf_keras.initializers


def build(genotype: Genotype, *, seed: int) -> tf_keras.Model:
    """A flat functional model from scaled pixels to logits, in layers that tfmot can quantize.

    Equal genotypes and seeds give equal initial weights.
    """
    tensors = []
    for position, layer in enumerate(walk(genotype)):
        inputs = [tensors[source] for source in layer.inputs]
        tensors.append(_apply(layer, inputs, seed=1_000 * seed + position))
    return tf_keras.Model(tensors[0], tensors[-1], name="student")


def _apply(layer: Layer, inputs: list, *, seed: int):
    if layer.kind == "input":
        return _layers.Input(layer.shape, name=layer.name)
    if layer.kind == "add":
        x = _layers.Add(name=layer.name)(inputs)
        return _layers.ReLU(name=f"{layer.name}_r")(x) if layer.relu else x
    (x,) = inputs
    if layer.kind == "mean":
        return _layers.GlobalAveragePooling2D(name=layer.name)(x)
    if layer.kind == "dense":
        glorot = _initializers.GlorotUniform(seed)
        # Logits in full precision, whatever the layers before compute in.
        return _layers.Dense(layer.shape[2], kernel_initializer=glorot, name=layer.name, dtype="float32")(x)
    if layer.kind == "pool":
        mean = _initializers.Constant(1 / math.prod(layer.kernel))
        pool = _layers.DepthwiseConv2D(
            layer.kernel,
            strides=layer.stride,
            depthwise_initializer=mean,
            trainable=False,
            name=layer.name,
        )
        return pool(x)
    he, convolution = _initializers.HeNormal(seed), dict(strides=layer.stride, padding="same", use_bias=False)
    if layer.kind == "conv":
        x = _layers.Conv2D(layer.shape[2], layer.kernel, kernel_initializer=he, name=layer.name, **convolution)(x)
    else:
        x = _layers.DepthwiseConv2D(layer.kernel, depthwise_initializer=he, name=layer.name, **convolution)(x)
    # Short trainings: statistics must follow within some tens of steps.
    x = _layers.BatchNormalization(momentum=0.9, name=f"{layer.name}_n")(x)
    return _layers.ReLU(name=f"{layer.name}_r")(x) if layer.relu else x
