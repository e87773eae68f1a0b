"""Features that a student's latency is linear in, counted operator by operator as XNNPACK runs them.

XNNPACK works a convolution in tiles of `rows` output pixels by `columns` output channels, and takes `depth` input
channels at a time; what does not fill a tile costs as if it did. A 1x1 convolution is a matrix product (GEMM), a larger
one looks its pixels up through pointers (IGEMM). ReLU and batch norm are part of the operator before them, and cost
nothing of their own. How large a tile is depends on the processor, and is found out with the prices.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from deploy.tflite.layer import LayerLike

FEATURES = (
    "inference",
    "operators",
    "gemm_tile_depths",
    "gemm_row_depths",
    "gemm_tiles",
    "gemm_outputs",
    "igemm_tile_depths",
    "igemm_row_depths",
    "igemm_tiles",
    "igemm_outputs",
    "igemm_tile_taps",
    "single_row_depths",
    "depthwise_3x3",
    "depthwise_5x5",
    "depthwise_other_taps",
    "depthwise_pixels",
    "depthwise_pointers",
    "added_values",
    "averaged_values",
    "weight_bytes",
)
"""A latency is linear in these."""
# Channels that depthwise and elementwise kernels take at once; wider ones only change the price.
_LANES = 16


@dataclass(frozen=True, kw_only=True)
class Tile:
    """Tile of a convolution that a processor's kernel computes at once."""

    rows: int
    columns: int
    depth: int


TILES = tuple(
    Tile(rows=rows, columns=columns, depth=depth)
    for rows in (1, 2, 4, 5, 6, 7, 8, 10, 14)
    for columns in (4, 8, 16, 32)
    for depth in (1, 4, 8)
)
"""Tiles of XNNPACK's kernels for int8 on x86, Arm and WebAssembly, of which calibration picks one."""


def features(layers: Sequence[LayerLike], tile: Tile) -> list[float]:
    """The counts of `FEATURES` for a student; `layers` are in execution order, the input first."""
    counts = dict.fromkeys(FEATURES, 0.0)
    counts["inference"] = 1
    for layer in layers:
        if layer.inputs:
            counts["operators"] += 1
            _COUNTERS[layer.kind](counts, layer, layers[layer.inputs[0]], tile)
    return list(counts.values())


def _convolution(counts: dict, layer: LayerLike, source: LayerLike, tile: Tile) -> None:
    pixels, taps = layer.shape[0] * layer.shape[1], math.prod(layer.kernel)
    columns = math.ceil(layer.shape[2] / tile.columns)
    depths = taps * math.ceil(source.shape[2] / tile.depth)
    counts["weight_bytes"] += taps * source.shape[2] * layer.shape[2]
    if pixels == 1:
        counts["single_row_depths"] += columns * depths
        return
    kind = "gemm" if taps == layer.stride == 1 else "igemm"
    tiles = math.ceil(pixels / tile.rows) * columns
    counts[f"{kind}_tile_depths"] += tiles * depths
    counts[f"{kind}_row_depths"] += pixels * columns * depths
    counts[f"{kind}_tiles"] += tiles
    counts[f"{kind}_outputs"] += pixels * layer.shape[2]
    if kind == "igemm":
        counts["igemm_tile_taps"] += tiles * taps


def _depthwise(counts: dict, layer: LayerLike, source: LayerLike, tile: Tile) -> None:
    pixels, taps = layer.shape[0] * layer.shape[1], math.prod(layer.kernel)
    lanes = math.ceil(layer.shape[2] / _LANES)
    if layer.kernel in ((3, 3), (5, 5)):
        counts["depthwise_{}x{}".format(*layer.kernel)] += pixels * lanes
    else:
        counts["depthwise_other_taps"] += pixels * lanes * taps
    counts["depthwise_pixels"] += pixels
    counts["depthwise_pointers"] += pixels * taps
    counts["weight_bytes"] += taps * layer.shape[2]


def _add(counts: dict, layer: LayerLike, source: LayerLike, tile: Tile) -> None:
    counts["added_values"] += math.prod(layer.shape)


def _mean(counts: dict, layer: LayerLike, source: LayerLike, tile: Tile) -> None:
    counts["averaged_values"] += math.prod(source.shape)


_COUNTERS = {
    "conv": _convolution,
    "dense": _convolution,
    "depthwise": _depthwise,
    # A mean over windows is a depthwise convolution to XNNPACK too.
    "pool": _depthwise,
    "add": _add,
    "mean": _mean,
}
