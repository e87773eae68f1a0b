"""Latency predicted from a student's operators, fitted to measurements on one device."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from scipy.optimize import nnls

FEATURES = ("constant", "operators", "conv_macs", "depthwise_macs", "moved_bytes")
"""What the prediction is linear in: 1, operators, MACs by kind, activation and weight bytes."""


@dataclass(frozen=True, kw_only=True)
class LatencyProfile:
    """A device's price list: latency is the sum of features times coefficients."""

    device: str
    runtime: str
    processor: str
    space_key: str
    """The space that it was fitted on; a profile is not used for another."""
    coefficients_ms: tuple[float, ...]
    """One for each of FEATURES, none negative."""
    relative_error: float
    """Largest relative error over the fitted files when each is left out of the fit in turn."""
    measurements: int

    def predict_ms(self, features: Sequence[float]) -> float:
        """The expected latency."""
        return float(np.dot(self.coefficients_ms, features))

    def upper_ms(self, features: Sequence[float]) -> float:
        """The expected latency plus the error seen in calibration: what a budget is held against."""
        return self.predict_ms(features) * (1 + self.relative_error)

    def to_json(self) -> str:
        """The profile as JSON."""
        return json.dumps(asdict(self), indent=1)

    @classmethod
    def from_json(cls, text: str) -> "LatencyProfile":
        """The inverse of `to_json`. Raises ValueError or TypeError for other text."""
        fields = json.loads(text)
        return cls(coefficients_ms=tuple(fields.pop("coefficients_ms")), **fields)


def fit(
    features: np.ndarray, latencies_ms: np.ndarray, *, device: str, runtime: str, processor: str, space_key: str
) -> LatencyProfile:
    """Fit a profile by non-negative least squares on relative errors.

    Args:
        features: shape (files, len(FEATURES)).
        latencies_ms: shape (files,), each above 0.
    """
    if len(latencies_ms) <= len(FEATURES):
        raise ValueError(f"{len(latencies_ms)} measurements cannot fit {len(FEATURES)} coefficients; measure more")

    def solve(rows: np.ndarray) -> np.ndarray:
        # Dividing each row by its latency turns absolute into relative errors.
        weighted = features[rows] / latencies_ms[rows, None]
        scale = weighted.max(axis=0) + 1e-30
        return nnls(weighted / scale, np.ones(len(rows)))[0] / scale

    everything = np.arange(len(latencies_ms))
    left_out = [abs(features[row] @ solve(np.delete(everything, row)) / latencies_ms[row] - 1) for row in everything]
    return LatencyProfile(
        device=device,
        runtime=runtime,
        processor=processor,
        space_key=space_key,
        coefficients_ms=tuple(float(c) for c in solve(everything)),
        relative_error=float(max(left_out)),
        measurements=len(latencies_ms),
    )
