"""Statistics of a few seeds: the mean of differences with its interval, and rank correlation."""

import math
import statistics
from collections.abc import Sequence
from typing import cast

FEWEST_RANKED = 5
"""A correlation of fewer says nothing."""


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Mean and half the width of the 95 % t-interval; 0 for a single value."""
    from scipy.stats import t

    if len(values) < 2:
        return values[0], 0.0
    half = t.ppf(0.975, len(values) - 1) * statistics.stdev(values) / math.sqrt(len(values))
    return statistics.mean(values), float(half)


def rank_correlation(before: Sequence[float], after: Sequence[float]) -> float | None:
    """Spearman's, from -1 to 1; None where there are too few or all of one side are equal."""
    from scipy.stats import spearmanr

    if len(before) < FEWEST_RANKED or min(len(set(before)), len(set(after))) < 2:
        return None
    coefficient, _ = spearmanr(before, after)
    return float(cast(float, coefficient))
