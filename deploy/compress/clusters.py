"""Weight clustering: few different weights in each layer, so that an int8 file compresses well.

Weights are clustered as shares of the largest in their output channel, since that is what per-channel int8 keeps: k
shares give k different bytes, whatever batch normalization folds into the scales.
"""

import numpy as np
import tensorflow as tf
import tf_keras
from scipy.cluster.vq import kmeans2

from deploy.surgery.flat import copied

_SMALLEST_POWER = -6
_ITERATIONS = 30


def codebook(kernel: np.ndarray, count: int, powers_of_two: bool) -> np.ndarray:
    """The codebook of a kernel (channels last): `count` shares of a channel's largest weight, from -1 to 1, ascending.

    0 and both ends are among them, so that zeros stay zero and the largest weights keep the scale. The others are
    centroids of k-means (Han 2016, section 3), or all are powers of two: -1, -1/2, -1/4 and so on, 0, and up again
    (Miyashita 2016).
    """
    if powers_of_two:
        powers = 2.0 ** np.arange(0, _SMALLEST_POWER - 1, -1)[: max(1, (count - 1) // 2)]
        return np.unique([*-powers, 0.0, *powers])
    shares = _shares(kernel).ravel()
    fixed = np.array([-1.0, 0.0, 1.0])
    inner = shares[~np.isin(shares, fixed)]
    if count <= len(fixed) or not len(inner):
        return fixed
    start = np.quantile(inner, (np.arange(count - len(fixed)) + 0.5) / (count - len(fixed)))
    centroids, _ = kmeans2(inner.astype(np.float64), start, iter=_ITERATIONS, minit="matrix", missing="warn")
    return np.unique([*fixed, *np.clip(centroids, -1, 1)])


def clustered(model: tf_keras.Model, count: int, powers_of_two: bool) -> tuple[tf_keras.Model, dict[str, np.ndarray]]:
    """The model with clustered weights in convolutions and dense layers, and the codebook of each layer by its name.

    Depthwise kernels stay as they are: they are small, and nothing averages out their errors.
    """
    model, books = copied(model), {}
    for layer in model.layers:
        if type(layer) in (tf_keras.layers.Conv2D, tf_keras.layers.Dense):
            kernel, *others = layer.get_weights()
            books[layer.name] = codebook(kernel, count, powers_of_two)
            layer.set_weights([snapped(tf.constant(kernel), books[layer.name]).numpy(), *others])
    return model, books


def snapped(kernel: tf.Tensor, book: np.ndarray) -> tf.Tensor:
    """A kernel with each weight rounded to the nearest share in the codebook, times the largest in its channel."""
    largest = tf.reduce_max(tf.abs(kernel), axis=list(range(len(kernel.shape) - 1)), keepdims=True)
    middles = tf.constant((book[1:] + book[:-1]) / 2, tf.float32)
    nearest = tf.searchsorted(middles, tf.reshape(kernel / tf.maximum(largest, 1e-12), [-1]))
    return tf.reshape(tf.gather(tf.constant(book, tf.float32), nearest), tf.shape(kernel)) * largest


def keep_clusters(quantized: tf_keras.Model, books: dict[str, np.ndarray]) -> None:
    """Cluster weights in the forward pass of quantization-aware training, with straight-through gradients.

    Args:
        quantized: a model from `quantizable`, changed in place; its layers are called quant_ and the name in `books`.
    """
    for layer in quantized.layers:
        book = books.get(layer.name.removeprefix("quant_"))
        if book is not None:
            layer._weight_vars = [
                (weight, _Clustering(quantizer, book), variables) for weight, quantizer, variables in layer._weight_vars
            ]


class _Clustering:
    """A quantizer of tfmot that sees clustered weights."""

    def __init__(self, quantizer, book: np.ndarray):
        self._quantizer, self._book = quantizer, book

    def __call__(self, inputs, training, weights, **kwargs):
        straight = inputs + tf.stop_gradient(snapped(inputs, self._book) - inputs)
        return self._quantizer(straight, training, weights, **kwargs)


def _shares(kernel: np.ndarray) -> np.ndarray:
    largest = np.abs(kernel).max(axis=tuple(range(kernel.ndim - 1)), keepdims=True)
    return kernel / np.maximum(largest, 1e-12)
