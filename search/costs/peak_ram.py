"""The memory that an interpreter allocates for a student: activations as a planner lays them out, and tables."""

import math
from collections.abc import Sequence

from search.walk import Layer

_ALIGNMENT = 16

# Memory of LiteRT Micro beside the activations: tensors, nodes, and the requantization of each channel. Fitted to what
# its interpreter reports of random students, which is linear in these to within 9 bytes; rounded up.
_BASE_BYTES = 1_180
_LAYER_BYTES = {"input": 0, "pool": 264, "conv": 244, "depthwise": 245, "add": 161, "mean": 0, "dense": 0}
_CHANNEL_BYTES = 8
# Scratch memory of a mean: an int32 sum for each channel, and two lists of axes. It is felt where maps are small.
_SUM_BYTES, _AXES_BYTES = 4, (16, 16)


def peak_ram_bytes(layers: Sequence[Layer]) -> int:
    """The arena of LiteRT Micro for the int8 file of a student, in bytes."""
    tables = _BASE_BYTES + sum(_LAYER_BYTES[layer.kind] for layer in layers)
    channels = sum(layer.shape[2] for layer in layers if layer.kind in ("pool", "conv", "depthwise"))
    return activation_bytes(layers) + tables + _CHANNEL_BYTES * channels


def activation_bytes(layers: Sequence[Layer]) -> int:
    """Memory for the int8 activations, each kept until its last reader ran: shortcuts are held over their block.

    Laid out as LiteRT does: largest first, each into the lowest gap that no tensor alive at the same time overlaps
    (Pisarchyk & Lee 2020, Efficient Memory Management for Deep Neural Net Inference, "greedy by size"); of equals the
    later first. A mean has scratch memory for as long as it runs.
    """
    last_use = {source: position for position, layer in enumerate(layers) for source in layer.inputs}
    buffers = [(math.prod(layer.shape), born, last_use.get(born, born)) for born, layer in enumerate(layers)]
    for born, layer in enumerate(layers):
        if layer.kind == "mean":
            buffers += [(size, born, born) for size in (_SUM_BYTES * layer.shape[2], *_AXES_BYTES)]
    sizes = [-(-size // _ALIGNMENT) * _ALIGNMENT for size, _, _ in buffers]
    order = sorted(range(len(buffers)), key=lambda number: (-sizes[number], -number))
    placed: list[tuple[int, int, int, int]] = []
    for number in order:
        (_, born, dies), size, start = buffers[number], sizes[number], 0
        for other_start, other_end, other_born, other_dies in sorted(placed):
            if other_born <= dies and born <= other_dies:
                if start + size <= other_start:
                    break
                start = max(start, other_end)
        placed.append((start, start + size, born, dies))
    return max(end for _, end, _, _ in placed)
