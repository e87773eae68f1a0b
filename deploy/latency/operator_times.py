"""Operator times: the latency of a file, divided among its operators by measuring cuts of it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression

from deploy.devices.device import Device
from deploy.devices.latency import Latency
from deploy.errors import FileRefused
from deploy.latency.roofline import Roof, measured_roof, roof_files
from deploy.tflite import runtime
from deploy.tflite.audit import whole_graph_delegated
from deploy.tflite.operators import Graph, Operator


@dataclass(frozen=True, kw_only=True)
class OperatorTime:
    """One operator and its part of the latency."""

    operator: Operator
    latency_ms: float
    share: float
    """Of the latency of the whole file."""
    delegate: str
    """XNNPACK, or none where it leaves the operator to LiteRT's own kernel; as this host's runtime has it."""
    roofline_share: float | None
    """Time that the device's fastest arithmetic and memory would need, over the time it took; None with no work."""


@dataclass(frozen=True, kw_only=True)
class OperatorTimes:
    """A file's operators; their latencies sum to that of the whole."""

    latency: Latency
    operators: tuple[OperatorTime, ...]
    roof: Roof


def time_operators(
    model_bytes: bytes, device: Device, on_step: Callable[[int, int], None] = lambda done, count: None
) -> OperatorTimes:
    """Measure a file on a device, cut after each of its operators.

    An operator's part is what the file takes with it, less what it takes without. Noise would make some parts negative:
    the cumulative latencies are the nearest ones that never fall (isotonic regression). Raises as `Device.measure`.
    """
    graph = Graph(model_bytes)
    operators = graph.operators()
    if not operators:
        raise FileRefused("a .tflite without operators has nothing to profile")
    quantized = any(operator.dtype == "int8" for operator in operators)
    cuts = [graph.first(count) for count in range(1, len(operators))]
    *partial, whole, multiplying, moving = device.measure([*cuts, model_bytes, *roof_files(quantized)], on_step)
    cumulative = isotonic_regression(
        [min(latency.median_ms, whole.median_ms) for latency in partial] + [whole.median_ms]
    ).x
    parts = np.diff(cumulative, prepend=0.0)
    roof = measured_roof(multiplying, moving)
    return OperatorTimes(
        latency=whole,
        operators=tuple(
            OperatorTime(
                operator=operator,
                latency_ms=float(part),
                share=float(part / whole.median_ms),
                delegate="XNNPACK" if whole_graph_delegated(runtime.load(graph.only(operator.number))) else "none",
                roofline_share=roof.share(operator, float(part)),
            )
            for operator, part in zip(operators, parts)
        ),
        roof=roof,
    )
