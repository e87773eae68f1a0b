"""Low-rank factorization: a layer becomes two or three narrow ones where that saves multiplications."""

import math

import numpy as np
import tf_keras

from deploy.surgery.flat import output_layer, require_flat, rewired

_keras = tf_keras.layers
# Widths between the parts are multiples of it: XNNPACK works on so many channels at once, or more.
_LANES = 8


def low_rank(model: tf_keras.Model, energy: float) -> tf_keras.Model:
    """The model with convolutions and dense layers factorized, where the factors take fewer MACs.

    A dense layer or 1 x 1 convolution becomes two by its singular value decomposition. A larger convolution becomes a
    convolution to fewer channels and a 1 x 1 (Zhang 2016, section 3.1), or 1 x 1, convolution, 1 x 1 (Tucker-2: Kim
    2016, section 3.1), whichever takes less. The last layer stays whole. Raises `ModelRefused` for a model that is
    not flat.

    Args:
        energy: share of the squared singular values that each factorization preserves, above 0, up to 1.
    """
    require_flat(model)
    last = output_layer(model)
    weighted = []

    def replacement(layer, inputs):
        # A subclass may use its kernel in another way.
        if type(layer) not in (_keras.Conv2D, _keras.Dense) or layer is last or getattr(layer, "groups", 1) != 1:
            return None
        kernel, *bias = layer.get_weights()
        kernels = min(
            ([kernel], _svd(kernel, energy), _tucker(kernel, energy)), key=lambda factors: _macs(layer, factors)
        )
        if len(kernels) == 1:
            return None
        tensor = inputs[0]
        for number, factor in enumerate(kernels):
            is_last = number == len(kernels) - 1
            config = {**layer.get_config(), "name": f"{layer.name}_factor_{number}"}
            config["units" if isinstance(layer, _keras.Dense) else "filters"] = factor.shape[-1]
            if not is_last:
                config |= dict(use_bias=False, activation=None)
            if factor.shape[:-2] != kernel.shape[:-2]:
                config |= dict(kernel_size=1, strides=1, padding="valid", dilation_rate=1)
            part = type(layer).from_config(config)
            tensor = part(tensor)
            weighted.append((part, [factor, *(bias if is_last else [])]))
        return tensor

    parts = rewired(model, replacement)
    for part, weights in weighted:
        part.set_weights(weights)
    return parts


def _macs(layer, kernels: list[np.ndarray]) -> int:
    """MACs of a layer with these kernels in sequence, one of which has the layer's kernel size and stride."""
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
    """The factors of a Tucker-2 decomposition; of a dense kernel itself, where `_svd` does the same with one less."""
    if kernel.ndim == 2:
        return [kernel]
    inputs, outputs = (_basis(kernel, axis, energy) for axis in (2, 3))
    core = np.einsum("hwio,ir,os->hwrs", kernel, inputs, outputs)
    return [inputs[None, None], core, outputs.T[None, None]]


def _basis(kernel: np.ndarray, axis: int, energy: float) -> np.ndarray:
    """Orthonormal columns that span an axis of the kernel but for a share of its energy."""
    unfolded = np.moveaxis(kernel, axis, 0).reshape(kernel.shape[axis], -1)
    left, values, _ = np.linalg.svd(unfolded, full_matrices=False)
    return left[:, : _rank(values, energy)]


def _rank(values: np.ndarray, energy: float) -> int:
    energies = np.cumsum(values**2) / max(np.sum(values**2), 1e-30)
    rank = int(np.searchsorted(energies, energy * (1 - 1e-9))) + 1
    return min(-(-rank // _LANES) * _LANES, len(values))
