"""A genotype as a trainable model: the walk read as tf_keras layers."""

import math

import tf_keras

from search.genotype import Genotype
from search.walk import Layer, walk


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
    keras = tf_keras.layers
    if layer.kind == "input":
        return keras.Input(layer.shape, name=layer.name)
    if layer.kind == "add":
        return keras.Add(name=layer.name)(inputs)
    (x,) = inputs
    if layer.kind == "mean":
        return keras.GlobalAveragePooling2D(name=layer.name)(x)
    if layer.kind == "dense":
        glorot = tf_keras.initializers.GlorotUniform(seed)
        # Logits in full precision, whatever the layers before compute in.
        return keras.Dense(layer.shape[2], kernel_initializer=glorot, name=layer.name, dtype="float32")(x)
    if layer.kind == "pool":
        mean = tf_keras.initializers.Constant(1 / math.prod(layer.kernel))
        fixed = dict(strides=layer.stride, depthwise_initializer=mean, trainable=False)
        return keras.DepthwiseConv2D(layer.kernel, name=layer.name, **fixed)(x)
    he = tf_keras.initializers.HeNormal(seed)
    shared = dict(strides=layer.stride, padding="same", use_bias=False, name=layer.name)
    if layer.kind == "conv":
        x = keras.Conv2D(layer.shape[2], layer.kernel, kernel_initializer=he, **shared)(x)
    else:
        x = keras.DepthwiseConv2D(layer.kernel, depthwise_initializer=he, **shared)(x)
    # Short trainings: statistics must follow within some tens of steps.
    x = keras.BatchNormalization(momentum=0.9, name=f"{layer.name}_n")(x)
    return keras.ReLU(name=f"{layer.name}_r")(x) if layer.relu else x
