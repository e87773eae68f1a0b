"""The estimated cost of a genotype, from one walk over it: no model is built and TensorFlow is not needed."""

from collections.abc import Sequence

from deploy.cost import StudentCost
from deploy.latency.profile import LatencyProfile, OutsideProfile
from search.costs.file_size import size_bytes
from search.costs.peak_ram import peak_ram_bytes
from search.genotype import Genotype
from search.walk import Layer, macs, params, walk


def estimate(genotype: Genotype, profile: LatencyProfile | None) -> StudentCost:
    """The cost of a genotype before it exists; MACs and params are exact.

    With a profile, the latency is the upper end of its error bar: a student admitted by it keeps its budget when it is
    measured. Without one, or for operators that the profile has not seen, `latency_ms` is None.
    """
    layers = walk(genotype)
    counted = params(layers)
    return StudentCost(
        macs=macs(layers),
        params=sum(weights + biases for weights, biases in counted),
        size_bytes=size_bytes(layers),
        size_source="estimated",
        peak_ram_bytes=peak_ram_bytes(layers),
        peak_ram_source="estimated",
        latency_ms=_latency_ms(layers, profile),
        latency_source="estimated",
        device=profile.provenance.device if profile else "none",
    )


def _latency_ms(layers: Sequence[Layer], profile: LatencyProfile | None) -> float | None:
    if profile is None:
        return None
    try:
        return profile.upper_ms(layers)
    except OutsideProfile:
        return None
