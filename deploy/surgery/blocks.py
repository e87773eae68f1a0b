"""Depth pruning: residual blocks that are taken out whole, so that what went around them is all there is."""

from collections.abc import Iterable

import numpy as np
import tensorflow as tf
import tf_keras

from deploy.surgery.flat import ModelRefused, require_flat, rewired, sources


def without_blocks(
    model: tf_keras.Model, count: int, batches: Iterable[tuple[np.ndarray, np.ndarray]]
) -> tf_keras.Model:
    """The model without so many residual blocks: again and again the one whose absence raises the labels' cross-entropy
    least.

    Args:
        batches: inputs as the model takes them, and class numbers.

    Raises:
        ModelRefused: not flat, or it has fewer blocks whose input has the shape of their output.
    """
    require_flat(model)
    batches = list(batches)
    for taken in range(count):
        candidates = [_without(model, *block) for block in _blocks(model)]
        if not candidates:
            raise ModelRefused(
                f"{count} residual blocks are to go, and the model has {taken} whose input and output are of one shape"
            )
        losses = [sum(_loss(each(inputs), labels) for inputs, labels in batches) for each in candidates]
        model = candidates[int(np.argmin(losses))]
    return model


def _blocks(model: tf_keras.Model) -> list[tuple[str, str]]:
    """Sums of two with the one of their layers that the other is made from: (sum, what goes around)."""
    found = []
    for layer in model.layers:
        if isinstance(layer, tf_keras.layers.Add) and len(sources(layer)) == 2:
            one, other = sources(layer)
            if other in _upstream(one):
                found.append((layer.name, other.name))
            elif one in _upstream(other):
                found.append((layer.name, one.name))
    return found


def _upstream(layer) -> set:
    """All layers that a layer is made from."""
    found, left = set(), [layer]
    while left:
        layer = left.pop()
        if not isinstance(layer, tf_keras.layers.InputLayer):
            fresh = [source for source in sources(layer) if source not in found]
            found.update(fresh)
            left += fresh
    return found


def _without(model: tf_keras.Model, block: str, around: str) -> tf_keras.Model:
    """The branch that is no longer read falls away as the model is built anew."""

    def instead(layer, given):
        return given[[source.name for source in sources(layer)].index(around)] if layer.name == block else None

    return rewired(model, instead)


def _loss(logits: tf.Tensor, labels: np.ndarray) -> float:
    return float(tf.reduce_sum(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)))
