"""One set of weights for a whole space, of which each student has a slice.

Layers of the same name and kind share a kernel as large as any student's there: a smaller one is its centre, and its
first channels (Yu & Huang 2019, "Universally slimmable networks"; Cai 2020, "Once-for-all"). All of it is a reading of
the walk, as the model and the estimate are.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
import tf_keras

from deploy.files import atomic
from search.choices import widest
from search.genotype import Genotype
from search.space import Space
from search.task import Task
from search.walk import Layer, walk

_EPSILON = 1e-3
"""Of batch normalization, as tf_keras has it."""

Statistics = Mapping[str, tuple[tf.Tensor, tf.Tensor]]
"""Mean and variance of a batch normalization's input, by the name of the layer before it."""


def weight_shapes(layers: Sequence[Layer]) -> dict[str, tuple[int, ...]]:
    """The shapes of a student's weights, by names such as `s0b0d/depthwise/kernel`."""
    shapes = {}
    for layer in layers:
        if layer.kind not in ("conv", "depthwise", "dense"):
            continue
        channels, width, name = layers[layer.inputs[0]].shape[2], layer.shape[2], f"{layer.name}/{layer.kind}"
        if layer.kind == "dense":
            shapes |= {f"{name}/kernel": (channels, width), f"{name}/bias": (width,)}
        else:
            outputs = width if layer.kind == "conv" else 1
            shapes[f"{name}/kernel"] = (*layer.kernel, channels, outputs)
            shapes |= {f"{name}/gamma": (width,), f"{name}/beta": (width,)}
    return shapes


def shared_shapes(space: Space, task: Task) -> dict[str, tuple[int, ...]]:
    """By name, the largest shape that any student of the space has there."""
    largest: dict[str, tuple[int, ...]] = {}
    # Without a convolution in the head, the last layer may see more channels than with the widest.
    for block, expansion, head in itertools.product(space.blocks, space.expansions, space.head_widths):
        with_head = replace(space, head_widths=(head,))
        student = widest(with_head, task, block, expansion)
        for name, shape in weight_shapes(walk(student)).items():
            largest[name] = tuple(map(max, shape, largest.get(name, shape)))
    if True in space.projections:
        # The widest student has none where its input and output are of one shape.
        for number in range(max(space.stages)):
            channels, width = max(space.widths if number else space.stem_widths), max(space.widths)
            name = f"s{number}b0c/conv"
            largest |= {f"{name}/kernel": (1, 1, channels, width), f"{name}/gamma": (width,), f"{name}/beta": (width,)}
    return largest


def fresh(shapes: Mapping[str, tuple[int, ...]], *, seed: int) -> dict[str, np.ndarray]:
    """Initial weights, float32: kernels by He's rule, normalization that changes nothing yet."""
    rng, weights = np.random.default_rng(seed), {}
    for name, shape in shapes.items():
        if name.endswith("kernel"):
            fan_in = np.prod(shape[:2] if "/depthwise/" in name else shape[:-1])
            weights[name] = rng.normal(0, np.sqrt(2 / fan_in), shape).astype(np.float32)
        else:
            weights[name] = np.full(shape, float(name.endswith("gamma")), np.float32)
    return weights


def slices(shared: Mapping, layers: Sequence[Layer]) -> dict:
    """A student's own weights, by name; of arrays or of variables, whichever the shared ones are."""
    return {name: shared[name][_region(shared[name].shape, shape)] for name, shape in weight_shapes(layers).items()}


def _region(shared: Sequence[int], wanted: Sequence[int]) -> tuple[slice, ...]:
    # Height and width of a kernel are cropped to its centre.
    starts = [
        (have - want) // 2 if len(wanted) == 4 and side < 2 else 0
        for side, (have, want) in enumerate(zip(shared, wanted))
    ]
    return tuple(slice(start, start + want) for start, want in zip(starts, wanted))


def logits(
    layers: Sequence[Layer], weights: Mapping, pixels: tf.Tensor, statistics: Statistics | None = None
) -> tuple[tf.Tensor, Statistics]:
    """The logits of a student of these weights for scaled pixels, and the statistics that its normalization used.

    Args:
        weights: the student's own, by name.
        statistics: None takes those of the batch, as training does.

    Returns:
        Logits (batch, classes), float32; and statistics by name of layer.
    """
    tensors, used = [], {}
    for layer in layers:
        inputs = [tensors[source] for source in layer.inputs]
        name = f"{layer.name}/{layer.kind}"
        if layer.kind == "input":
            tensors.append(pixels)
        elif layer.kind == "pool":
            tensors.append(tf.nn.avg_pool2d(inputs[0], layer.kernel, layer.stride, "VALID"))
        elif layer.kind == "add":
            total = inputs[0] + inputs[1]
            tensors.append(tf.nn.relu(total) if layer.relu else total)
        elif layer.kind == "mean":
            tensors.append(tf.reduce_mean(inputs[0], axis=(1, 2)))
        elif layer.kind == "dense":
            tensors.append(tf.matmul(inputs[0], weights[f"{name}/kernel"]) + weights[f"{name}/bias"])
        else:
            convolve = tf.nn.conv2d if layer.kind == "conv" else tf.nn.depthwise_conv2d
            x = convolve(inputs[0], weights[f"{name}/kernel"], [1, layer.stride, layer.stride, 1], "SAME")
            mean, variance = (None, None) if statistics is None else statistics[layer.name]
            x, *used[layer.name] = tf.compat.v1.nn.fused_batch_norm(
                x,
                weights[f"{name}/gamma"],
                weights[f"{name}/beta"],
                mean=mean,
                variance=variance,
                epsilon=_EPSILON,
                is_training=statistics is None,
            )
            tensors.append(tf.nn.relu(x) if layer.relu else x)
    return tensors[-1], used


def inherit(model: tf_keras.Model, genotype: Genotype, shared: Mapping[str, np.ndarray]) -> None:
    """Give a built student its slices. Its training renews the statistics of batch normalization."""
    for name, array in slices(shared, walk(genotype)).items():
        layer, kind, weight = name.split("/")
        if weight in ("gamma", "beta"):
            layer += "_n"
        attribute = "depthwise_kernel" if (kind, weight) == ("depthwise", "kernel") else weight
        getattr(model.get_layer(layer), attribute).assign(array)


def save(shared: Mapping[str, np.ndarray], path: Path) -> None:
    """Write shared weights; the file appears under its name only when it is complete. `path` ends in .npz."""
    arrays: dict[str, Any] = dict(shared)
    with atomic(path) as partial:
        np.savez(partial, **arrays)


def load(path: Path) -> dict[str, np.ndarray]:
    """The inverse of `save`."""
    with np.load(path) as arrays:
        return dict(arrays)
