"""What a genotype would cost, from one walk over it: no model is built and TensorFlow is not needed."""

import math

from deploy.cost import CostReport
from deploy.latency_profile import LatencyProfile, OutsideProfile
from search.genotype import Genotype
from search.walk import Layer, walk


def macs(layer: Layer, source: Layer | None) -> int:
    """Multiply-accumulate operations of one layer; `source` is the layer that feeds it."""
    if source is None or layer.kind in ("input", "add", "mean"):
        return 0
    per_output = 1 if layer.kind == "depthwise" else source.shape[2]
    return math.prod(layer.shape) * layer.kernel**2 * per_output


def params(layer: Layer, source: Layer | None) -> tuple[int, int]:
    """Weights and biases of one layer after batch norm is folded into it."""
    if source is None or layer.kind in ("input", "add", "mean"):
        return 0, 0
    per_output = 1 if layer.kind == "depthwise" else source.shape[2]
    return layer.kernel**2 * per_output * layer.shape[2], layer.shape[2]


def _pairs(layers):
    return [(layer, layers[layer.inputs[0]] if layer.inputs else None) for layer in layers]


# What the flatbuffer adds to weights and biases, fitted to 170 files of random genotypes that `deploy.convert` wrote.
# The first is rounded up, so that the estimate errs on the large side.
_FILE_BYTES = 1_600
_LAYER_BYTES = {"input": 0, "conv": 366, "depthwise": 390, "add": 168, "mean": 0, "dense": 0}
# A float32 scale and an int64 zero point for each channel, of the weights and of the bias.
_CHANNEL_BYTES = 24


def size_bytes(genotype: Genotype) -> int:
    """Bytes of the int8 file that `deploy.convert` writes for a quantization-aware student."""
    total = _FILE_BYTES
    for layer, source in _pairs(walk(genotype)):
        weights, biases = params(layer, source)
        total += weights + 4 * biases + _LAYER_BYTES[layer.kind]
        if layer.kind in ("conv", "depthwise"):
            total += _CHANNEL_BYTES * biases
    return total


def peak_ram_bytes(genotype: Genotype) -> int:
    """Largest sum of int8 activations that live at once: a layer's inputs, its output, and shortcuts still wanted."""
    layers = walk(genotype)
    last_use = {source: position for position, layer in enumerate(layers) for source in layer.inputs}
    peaks = []
    for position, layer in enumerate(layers):
        waiting = [p for p in range(position) if last_use[p] >= position]
        peaks.append(math.prod(layer.shape) + sum(math.prod(layers[p].shape) for p in waiting))
    return max(peaks)


def estimate(genotype: Genotype, profile: LatencyProfile | None) -> CostReport:
    """The cost of a genotype before it exists; MACs and params are exact.

    With a profile, the latency is the upper end of its error bar: a student admitted by it keeps its budget when it is
    measured. Without one, or for operators that the profile has not seen, `latency_ms` is None.
    """
    layers = walk(genotype)
    pairs = _pairs(layers)
    return CostReport(
        macs=sum(macs(layer, source) for layer, source in pairs),
        params=sum(sum(params(layer, source)) for layer, source in pairs),
        size_bytes=size_bytes(genotype),
        size_source="estimated",
        peak_ram_bytes=peak_ram_bytes(genotype),
        peak_ram_source="estimated",
        latency_ms=_latency_ms(layers, profile),
        latency_source="estimated",
        device=profile.provenance.device if profile else "none",
    )


def _latency_ms(layers: tuple[Layer, ...], profile: LatencyProfile | None) -> float | None:
    if profile is None:
        return None
    try:
        return profile.upper_ms(layers)
    except OutsideProfile:
        return None
