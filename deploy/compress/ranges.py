"""Quantization ranges: the values that eight bits shall cover, from representative values."""

from collections.abc import Callable
from typing import Literal

import numpy as np

RangeName = Literal["min_max", "percentile", "mse"]
_STEPS = 255
_TAIL = 1e-4
"""Share of the values that percentile ranges leave out on each side."""
_CLIPS = np.linspace(0.3, 1.0, 71)
_MOST_VALUES = 100_000


def min_max(values: np.ndarray) -> tuple[float, float]:
    """The range of all values; one outlier makes every step coarser."""
    return _with_zero(values.min(), values.max())


def percentile(values: np.ndarray) -> tuple[float, float]:
    """The range of all but one value in ten thousand on each side."""
    low, high = np.quantile(values, [_TAIL, 1 - _TAIL])
    return _with_zero(low, high)


def mse(values: np.ndarray) -> tuple[float, float]:
    """The range of all values, shrunk to the least squared error of rounding and clipping.

    As in OCS (Zhao 2019, section 4.1), here with one factor for both ends.
    """
    values = values.ravel()[:: max(1, values.size // _MOST_VALUES)].astype(np.float64)
    low, high = min_max(values)

    def error(clip: float) -> float:
        return float(np.mean((_rounded(values, clip * low, clip * high) - values) ** 2))

    best = min(_CLIPS, key=error)
    return best * low, best * high


RANGES: dict[str, Callable[[np.ndarray], tuple[float, float]]] = {
    "min_max": min_max,
    "percentile": percentile,
    "mse": mse,
}


def _with_zero(low: float, high: float) -> tuple[float, float]:
    # A range must hold 0, which padding and ReLU need exactly.
    return min(float(low), 0.0), max(float(high), 0.0)


def _rounded(values: np.ndarray, low: float, high: float) -> np.ndarray:
    step = (high - low) / _STEPS or 1.0
    return np.clip(np.round(values / step), np.round(low / step), np.round(high / step)) * step
