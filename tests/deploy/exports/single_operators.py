"""A file for each operator that exports know, in the arrangements that differ."""

from collections.abc import Callable
from functools import partial

import numpy as np

from tests.deploy.exports.drawn import Drawn

HEIGHT, WIDTH, CHANNELS = 7, 6, 6
_SHAPE = (1, HEIGHT, WIDTH, CHANNELS)
_SAME, _VALID = 0, 1
# Of outputs, most of which would be at an end of a smaller one.
_WIDE = np.float32(0.2)


def _sum(drawn: Drawn, activation: int) -> bytes:
    source = drawn.value(*_SHAPE)
    other = drawn.operator("QUANTIZE", [source], drawn.value(*_SHAPE)) if drawn.quantized else source
    options = {"fusedActivationFunction": activation}
    return drawn.file(source, drawn.operator("ADD", [source, other], drawn.value(*_SHAPE), "AddOptions", **options))


def _pool(drawn: Drawn, kind: str, padding: int, activation: int) -> bytes:
    source, kernel, strides = drawn.value(*_SHAPE), drawn.rng.integers(1, 5, 2), drawn.rng.integers(1, 3, 2)
    sizes = [
        -(-size // step) if padding == _SAME else (size - span) // step + 1
        for size, span, step in zip((HEIGHT, WIDTH), kernel, strides)
    ]
    window = dict(zip(("filterHeight", "filterWidth", "strideH", "strideW"), map(int, (*kernel, *strides))))
    options = {**window, "padding": padding, "fusedActivationFunction": activation}
    target = drawn.value(1, *sizes, CHANNELS, like=source)
    return drawn.file(source, drawn.operator(kind, [source], target, "Pool2DOptions", **options))


def _convolution(drawn: Drawn, groups: int, step: int, dilation: int, activation: int) -> bytes:
    source = drawn.value(*_SHAPE)
    weights = drawn.weights(source, 12, 3, 3, CHANNELS // groups, channels=groups == 1)
    target = drawn.value(1, -(-HEIGHT // step), -(-WIDTH // step), 12, scale=_WIDE)
    window = {"strideH": step, "strideW": step, "dilationHFactor": dilation, "dilationWFactor": dilation}
    options = {**window, "padding": _SAME, "fusedActivationFunction": activation}
    return drawn.file(source, drawn.operator("CONV_2D", [source, *weights], target, "Conv2DOptions", 6, **options))


def _depthwise(drawn: Drawn, multiplier: int, activation: int) -> bytes:
    source = drawn.value(*_SHAPE)
    weights = drawn.weights(source, 1, 3, 3, CHANNELS * multiplier, axis=3)
    target = drawn.value(1, HEIGHT - 2, WIDTH - 2, CHANNELS * multiplier, scale=_WIDE)
    window = {"strideH": 1, "strideW": 1, "dilationHFactor": 1, "dilationWFactor": 1, "padding": _VALID}
    options = {**window, "depthMultiplier": multiplier, "fusedActivationFunction": activation}
    name = "DepthwiseConv2DOptions"
    return drawn.file(source, drawn.operator("DEPTHWISE_CONV_2D", [source, *weights], target, name, 6, **options))


def _dense(drawn: Drawn, flattened: bool, bias: bool, channels: bool, activation: int) -> bytes:
    source, count = drawn.value(*_SHAPE), HEIGHT * WIDTH * CHANNELS
    flat = source
    if flattened:
        shape = np.array([1, count], np.int32)
        flat = drawn.value(1, count, like=source)
        drawn.operator("RESHAPE", [source, drawn.constant(shape)], flat, "ReshapeOptions", 1, newShape=shape)
    weights, offsets = drawn.weights(source, 10, count, channels=channels)
    inputs, target = [flat, weights, offsets if bias else -1], drawn.value(1, 10, scale=_WIDE)
    options = {"fusedActivationFunction": activation}
    return drawn.file(source, drawn.operator("FULLY_CONNECTED", inputs, target, "FullyConnectedOptions", 4, **options))


def _mean(drawn: Drawn, axes: tuple[int, ...], keeps: bool) -> bytes:
    source = drawn.value(*_SHAPE)
    kept = [1 if axis in axes else size for axis, size in enumerate(_SHAPE) if keeps or axis not in axes]
    inputs, target = [source, drawn.constant(np.array(axes, np.int32))], drawn.value(*kept)
    return drawn.file(source, drawn.operator("MEAN", inputs, target, "ReducerOptions", keepDims=keeps))


def _pad(drawn: Drawn) -> bytes:
    source, pads = drawn.value(*_SHAPE), np.array([(0, 0), (1, 2), (0, 1), (2, 0)], np.int32)
    target = drawn.value(*(np.array(_SHAPE) + pads.sum(axis=1)), like=source)
    return drawn.file(source, drawn.operator("PAD", [source, drawn.constant(pads)], target, "PadOptions"))


def _reshape(drawn: Drawn) -> bytes:
    source, shape = drawn.value(*_SHAPE), np.array([1, WIDTH, CHANNELS, HEIGHT], np.int32)
    target, inputs = drawn.value(*shape, like=source), [source, drawn.constant(shape)]
    return drawn.file(source, drawn.operator("RESHAPE", inputs, target, "ReshapeOptions", 1, newShape=shape))


def _concatenation(drawn: Drawn, axis: int) -> bytes:
    source, sizes = drawn.value(*_SHAPE), list(_SHAPE)
    sizes[axis] *= 2
    target = drawn.value(*sizes, like=source)
    return drawn.file(
        source, drawn.operator("CONCATENATION", [source, source], target, "ConcatenationOptions", axis=axis)
    )


def _softmax(drawn: Drawn, shape: tuple[int, ...], beta: float) -> bytes:
    source = drawn.value(*shape)
    target = drawn.value(*shape, scale=np.float32(1 / 256), zero_point=-128)
    return drawn.file(source, drawn.operator("SOFTMAX", [source], target, "SoftmaxOptions", beta=beta))


_ACTIVATIONS = {"": 0, ", relu": 1, ", relu6": 3}
ARRANGEMENTS: dict[str, Callable[[Drawn], bytes]] = {
    **{f"sum{name}": partial(_sum, activation=number) for name, number in _ACTIVATIONS.items()},
    **{
        f"{kind}, padding {padding}{name}": partial(_pool, kind=kind, padding=padding, activation=number)
        for kind in ("MAX_POOL_2D", "AVERAGE_POOL_2D")
        for padding in (_SAME, _VALID)
        for name, number in _ACTIVATIONS.items()
    },
    **{
        f"convolution{name}": partial(_convolution, groups=1, step=2, dilation=1, activation=number)
        for name, number in _ACTIVATIONS.items()
    },
    "dilated convolution in groups": partial(_convolution, groups=2, step=1, dilation=2, activation=1),
    **{f"depthwise times {each}": partial(_depthwise, multiplier=each, activation=each) for each in (1, 3)},
    **{
        f"dense{name}": partial(_dense, flattened=True, bias=True, channels=number == 0, activation=number)
        for name, number in _ACTIVATIONS.items()
    },
    "dense on four axes, no bias": partial(_dense, flattened=False, bias=False, channels=True, activation=0),
    **{
        f"mean over {axes}{', kept' if keeps else ''}": partial(_mean, axes=axes, keeps=keeps)
        for axes in ((1,), (3,), (1, 2), (2, 3), (1, 2, 3))
        for keeps in (False, True)
    },
    "pad": _pad,
    "reshape": _reshape,
    **{f"concatenation along {axis}": partial(_concatenation, axis=axis) for axis in (1, -1)},
    "softmax": partial(_softmax, shape=(1, 10), beta=0.5),
    "softmax of four axes": partial(_softmax, shape=_SHAPE, beta=1.0),
}
"""Each draws its file."""
