"""Depth pruning: residual blocks are removed whole, so that only their shortcuts remain."""

from collections.abc import Iterable

import numpy as np
import tensorflow as tf
import tf_keras

from deploy.surgery.flat import ModelRefused, require_flat, rewired, sources


def without_blocks(
    model: tf_keras.Model, count: int, batches: Iterable[tuple[np.ndarray, np.ndarray]]
) -> tf_keras.Model:
    """Remove `count` residual blocks, one after the other: always the one whose removal raises the loss least.

    Args:
        batches: inputs as the model takes them, and class numbers; the loss is the labels' cross-entropy on them.

    Raises:
        ModelRefused: not flat, or it has fewer blocks whose input has the shape of their output.
    """
    require_flat(model)
    batches = list(batches)
    for removed in range(count):
        candidates = [_without(model, *block) for block in _blocks(model)]
        if not candidates:
            raise ModelRefused(
                f"{count} residual blocks are to go, and the model has {removed} whose input and output are of one "
                "shape"
            )
        losses = [sum(_loss(candidate(inputs), labels) for inputs, labels in batches) for candidate in candidates]
        model = candidates[int(np.argmin(losses))]
    return model


def _blocks(model: tf_keras.Model) -> list[tuple[str, str]]:
    """The residual blocks, each as the names of its sum and of the layer that its shortcut starts from."""
    blocks = []
    for layer in model.layers:
        if isinstance(layer, tf_keras.layers.Add) and len(sources(layer)) == 2:
            one, other = sources(layer)
            if other in _upstream(one):
                blocks.append((layer.name, other.name))
            elif one in _upstream(other):
                blocks.append((layer.name, one.name))
    return blocks


def _upstream(layer) -> set:
    """All layers whose outputs a layer depends on."""
    upstream, queue = set(), [layer]
    while queue:
        layer = queue.pop()
        if not isinstance(layer, tf_keras.layers.InputLayer):
            fresh = [source for source in sources(layer) if source not in upstream]
            upstream.update(fresh)
            queue += fresh
    return upstream


def _without(model: tf_keras.Model, block: str, shortcut: str) -> tf_keras.Model:
    """The model with the shortcut in place of the block's sum; the branch that nothing reads is not rebuilt."""

    def replacement(layer, inputs):
        names = [source.name for source in sources(layer)]
        return inputs[names.index(shortcut)] if layer.name == block else None

    return rewired(model, replacement)


def _loss(logits: tf.Tensor, labels: np.ndarray) -> float:
    return float(tf.reduce_sum(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)))
