"""Roofline of a device (Williams 2009): peak rates of computing and of moving bytes, measured on two files."""

from dataclasses import dataclass

from deploy.devices.latency import Latency
from deploy.latency.skeleton import skeleton
from deploy.tflite.operators import Operator


@dataclass(frozen=True, kw_only=True)
class _Layer:
    kind: str
    inputs: tuple[int, ...]
    shape: tuple[int, int, int]
    kernel: tuple[int, int] = (1, 1)
    stride: int = 1
    relu: bool = False


# A product of matrices that fills every tile, and an addition of what fits a phone's second-level cache.
_MULTIPLYING = (
    _Layer(kind="input", inputs=(), shape=(28, 20, 256)),
    _Layer(kind="conv", inputs=(0,), shape=(28, 20, 256)),
)
_MOVING = (
    _Layer(kind="input", inputs=(), shape=(64, 64, 16)),
    _Layer(kind="add", inputs=(0, 0), shape=(64, 64, 16)),
)
_MACS = 28 * 20 * 256 * 256
# One tensor is read for both sides, and one written.
_MOVED_BYTES = 2 * 4 * 64 * 64 * 16


@dataclass(frozen=True, kw_only=True)
class Roof:
    """Peak rates of a device."""

    macs_per_s: float
    bytes_per_s: float

    def share(self, operator: Operator, latency_ms: float) -> float | None:
        """Least possible time over the measured time of an operator; None without work, or without measurable time."""
        at_best_s = max(operator.macs / self.macs_per_s, operator.moved_bytes / self.bytes_per_s)
        return 1e3 * at_best_s / latency_ms if at_best_s and latency_ms > 0 else None


def roof_files(quantized: bool) -> list[bytes]:
    """The two files to measure; the product of matrices in int8 or float32."""
    # Additions of int8 rescale their inputs, and are held up by that more than by memory.
    return [skeleton(_MULTIPLYING, quantized=quantized), skeleton(_MOVING, quantized=False)]


def measured_roof(multiplying: Latency, moving: Latency) -> Roof:
    """The roof from the latencies of the two files."""
    return Roof(macs_per_s=1e3 * _MACS / multiplying.median_ms, bytes_per_s=1e3 * _MOVED_BYTES / moving.median_ms)
