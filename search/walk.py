"""The one walk over a genotype. Building a model and estimating its cost are readings of it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from search.genotype import Genotype, Stage, sides

Kind = Literal["input", "pool", "conv", "depthwise", "add", "mean", "dense"]
Shape = tuple[int, int, int]


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One operator of the deployed graph; batch norm and ReLU are folded into it."""

    name: str
    """Names of a kind are equally long, so that the bytes of a file do not depend on them."""
    kind: Kind
    inputs: tuple[int, ...]
    """Positions of the layers that feed this one."""
    shape: Shape
    """Height, width, channels of the output."""
    kernel: tuple[int, int] = (1, 1)
    """Height and width."""
    stride: int = 1
    relu: bool = False


def walk(genotype: Genotype) -> tuple[Layer, ...]:
    """Every layer in execution order, the input first and the logits last."""
    layers = [Layer(name="image", kind="input", inputs=(), shape=genotype.input_shape)]

    def put(name: str, kind: Kind, *, width: int, kernel: int | str = 1, stride=1, relu=False, source=-1) -> None:
        source %= len(layers)
        shape = _output(layers[source].shape, width, stride)
        # Where there is but one row, as in signals, or one column, the rest of a kernel would only see padding.
        height, breadth = (1 if side == 1 else taps for side, taps in zip(layers[source].shape, sides(kernel)))
        window = (height, breadth)
        layers.append(
            Layer(name=name, kind=kind, inputs=(source,), shape=shape, kernel=window, stride=stride, relu=relu)
        )

    if genotype.downscale > 1:
        layers.append(_pooled(layers[0], genotype.downscale))
    stem_width, kernel, stride = genotype.stem_width, genotype.stem_kernel, genotype.stem_stride
    put("stem_", "conv", width=stem_width, kernel=kernel, stride=stride, relu=True)
    for number, stage in enumerate(genotype.stages):
        for depth in range(stage.depth):
            entry, stride = len(layers) - 1, stage.stride if depth == 0 else 1
            shape = _output(layers[entry].shape, stage.width, stride)
            same = shape == layers[entry].shape
            adds = stage.residual and (same or stage.projection)
            name = f"s{number}b{depth}"
            if adds and not same:
                # Before the block, as the converter has it.
                put(f"{name}c", "conv", width=stage.width, stride=stride)
            shortcut = len(layers) - 1
            for place, (letter, kind, options) in enumerate(_block(stage, layers[entry].shape[2], stride, adds)):
                put(f"{name}{letter}", kind, source=-1 if place else entry, **options)
            if adds:
                inputs, relu = (shortcut, len(layers) - 1), stage.block == "basic"
                layers.append(Layer(name=f"{name}a", kind="add", inputs=inputs, shape=shape, relu=relu))
    if genotype.head_width:
        # MobileNetV2's last convolution: features of their own for the classes (Sandler 2018, table 2).
        put("neck_", "conv", width=genotype.head_width, relu=True)
    channels = layers[-1].shape[2]
    layers.append(Layer(name="mean_", kind="mean", inputs=(len(layers) - 1,), shape=(1, 1, channels)))
    put("head_", "dense", width=genotype.classes)
    return tuple(layers)


def params(layers: tuple[Layer, ...]) -> list[tuple[int, int]]:
    """Weights and biases of each layer, after batch norm is folded into it."""
    counted = []
    for layer in layers:
        if layer.kind in ("input", "add", "mean"):
            counted.append((0, 0))
        else:
            channels, width = layers[layer.inputs[0]].shape[2], layer.shape[2]
            per_output = 1 if layer.kind in ("pool", "depthwise") else channels
            counted.append((math.prod(layer.kernel) * per_output * width, width))
    return counted


def macs(layers: tuple[Layer, ...]) -> int:
    """Multiply-accumulates of one inference: each weight is used once for each output pixel."""
    return sum(weights * layer.shape[0] * layer.shape[1] for layer, (weights, _) in zip(layers, params(layers)))


def network(layers: tuple[Layer, ...]) -> tuple:
    """A key that genotypes share if they are the same network, for example but for a shortcut that never applies."""
    return tuple((layer.kind, layer.inputs, layer.shape, layer.kernel, layer.stride, layer.relu) for layer in layers)


def _pooled(image: Layer, downscale: int) -> Layer:
    """The image at a lower resolution: a pixel is the mean of downscale x downscale, or of the one row that there is.

    It is a depthwise convolution whose weights are fixed, since XNNPACK averages no int8 (AVERAGE_POOL_2D would be left
    to a slow kernel outside of it). Only whole windows count ("valid"): padding's zeros would be averaged into the
    border as grey. What is left over on the right and below, less than a window, is not seen.
    """
    height, breadth, channels = image.shape
    sides = (min(downscale, height), min(downscale, breadth))
    shape = (max(height // downscale, 1), max(breadth // downscale, 1), channels)
    return Layer(name="pool_", kind="pool", inputs=(0,), shape=shape, kernel=sides, stride=downscale)


def _output(shape: Shape, width: int, stride: int) -> Shape:
    """The shape of a convolution's output."""
    return (math.ceil(shape[0] / stride), math.ceil(shape[1] / stride), width)


def _block(stage: Stage, channels: int, stride: int, adds: bool) -> Iterator[tuple[str, Kind, dict]]:
    """The convolutions of one block, as (letter, kind, options); `adds` tells that its shortcut is added to them.

    dense: a k x k convolution; with expansion the fused inverted bottleneck (Gupta & Akin 2020, EfficientNet-EdgeTPU).
    basic: two k x k convolutions, with ReLU after the sum (He 2016, figure 5 left); expansion makes no difference.
    depthwise: separable (Howard 2017, MobileNet); with expansion the inverted bottleneck (Sandler 2018, MobileNetV2).
    """
    hidden = channels * stage.expansion
    expands = stage.expansion > 1
    spatial = dict(kernel=stage.kernel, stride=stride, relu=True)
    if stage.block == "basic":
        yield "k", "conv", dict(width=stage.width, **spatial)
        yield "q", "conv", dict(width=stage.width, kernel=stage.kernel, relu=not adds)
        return
    if stage.block == "dense":
        yield "k", "conv", dict(width=hidden if expands else stage.width, **spatial)
        if expands:
            yield "p", "conv", dict(width=stage.width)
        return
    if expands:
        yield "e", "conv", dict(width=hidden, relu=True)
    yield "d", "depthwise", dict(width=hidden, **spatial)
    # A bottleneck ends linearly (MobileNetV2, section 3.2); a plain separable block ends in ReLU.
    yield "p", "conv", dict(width=stage.width, relu=not expands)
