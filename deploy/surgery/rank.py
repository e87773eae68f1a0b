"""Low rank: layers that become two or three narrow ones where that saves multiplications."""

import math

import numpy as np
import tf_keras

from deploy.surgery.flat import require_flat, rewired

_keras = tf_keras.layers
# Widths between the parts are multiples of it: XNNPACK works on so many channels at once, or more.
_LANES = 8


def factorized(model: tf_keras.Model, energy: float) -> tf_keras.Model:
    """The model with each convolution and dense layer of low rank in parts, where those take fewer MACs.

    A dense layer or 1 x 1 convolution becomes two by its singular value decomposition. A larger convolution becomes a
    convolution to fewer channels and a 1 x 1 (Zhang 2016, section 3.1), or 1 x 1, convolution, 1 x 1 (Tucker-2: Kim
    2016, section 3.1), whichever takes less. The last layer is left whole. Raises `ModelRefused` for a model that is
    not flat.

    Args:
        energy: share of the squared singular values that each cut keeps, above 0, up to 1.
    """
    require_flat(model)
    last = model.outputs[0]._keras_history.layer
    weighted = []

    def instead(layer, given):
        # A class of its own may read its kernel in another way.
        if type(layer) not in (_keras.Conv2D, _keras.Dense) or layer is last or getattr(layer, "groups", 1) != 1:
            return None
        kernel, *bias = layer.get_weights()
        kernels = min(([kernel], _svd(kernel, energy), _tucker(kernel, energy)), key=lambda each: _macs(layer, each))
        if len(kernels) == 1:
            return None
        tensor = given[0]
        for number, each in enumerate(kernels):
            is_last = number == len(kernels) - 1
            config = {**layer.get_config(), "name": f"{layer.name}_{number}"}
            config["units" if isinstance(layer, _keras.Dense) else "filters"] = each.shape[-1]
            if not is_last:
                config |= dict(use_bias=False, activation=None)
            if each.shape[:-2] != kernel.shape[:-2]:
                config |= dict(kernel_size=1, strides=1, padding="valid", dilation_rate=1)
            part = type(layer).from_config(config)
            tensor = part(tensor)
            weighted.append((part, [each, *(bias if is_last else [])]))
        return tensor

    parts = rewired(model, instead)
    for part, weights in weighted:
        part.set_weights(weights)
    return parts


def _macs(layer, kernels: list[np.ndarray]) -> int:
    """Of kernels one after the other, of which one has the layer's own kernel size and stride."""
    spatial = max(range(len(kernels)), key=lambda number: math.prod(kernels[number].shape[:-2]))
    before, behind = (math.prod(shape[1:-1]) for shape in (layer.input_shape, layer.output_shape))
    return sum(kernel.size * (before if number < spatial else behind) for number, kernel in enumerate(kernels))


def _svd(kernel: np.ndarray, energy: float) -> list[np.ndarray]:
    flat = kernel.reshape(-1, kernel.shape[-1])
    left, values, right = np.linalg.svd(flat, full_matrices=False)
    rank = _rank(values, energy)
    root = np.sqrt(values[:rank])
    first = (left[:, :rank] * root).reshape(*kernel.shape[:-1], rank)
    second = (root[:, None] * right[:rank]).reshape(*[1] * (kernel.ndim - 2), rank, kernel.shape[-1])
    return [first, second]


def _tucker(kernel: np.ndarray, energy: float) -> list[np.ndarray]:
    """Without a spatial part it is no other than `_svd`, and takes more."""
    if kernel.ndim == 2:
        return [kernel]
    inputs, outputs = (_basis(kernel, axis, energy) for axis in (2, 3))
    core = np.einsum("hwio,ir,os->hwrs", kernel, inputs, outputs)
    return [inputs[None, None], core, outputs.T[None, None]]


def _basis(kernel: np.ndarray, axis: int, energy: float) -> np.ndarray:
    """Orthonormal columns that span most of an axis."""
    unfolded = np.moveaxis(kernel, axis, 0).reshape(kernel.shape[axis], -1)
    left, values, _ = np.linalg.svd(unfolded, full_matrices=False)
    return left[:, : _rank(values, energy)]


def _rank(values: np.ndarray, energy: float) -> int:
    kept = np.cumsum(values**2) / max(np.sum(values**2), 1e-30)
    rank = int(np.searchsorted(kept, energy * (1 - 1e-9))) + 1
    return min(-(-rank // _LANES) * _LANES, len(values))
