"""Fit of a device's prices to measured students, and choice of the students to measure."""

import datetime
from collections.abc import Sequence

import numpy as np
from scipy.optimize import nnls
from scipy.stats import spearmanr

from deploy.devices.latency import Provenance
from deploy.latency.features import FEATURES, TILES, Tile, features
from deploy.latency.profile import LatencyProfile
from deploy.tflite.layer import LayerLike

MIN_MEASUREMENTS = 2 * len(FEATURES)
_FOLDS = 10
# Keeps the inverse of the normal matrix finite where two features always come together.
_RIDGE = 1e-6


def fit(
    students: Sequence[Sequence[LayerLike]],
    latencies_ms: np.ndarray,
    *,
    designed: int,
    repeatability: float,
    provenance: Provenance,
    space_key: str,
    seconds: float,
) -> LatencyProfile:
    """Fit prices by non-negative least squares on relative errors (Lawson & Hanson 1974).

    The errors that it reports are of students that were left out of the fit, and of the choice of the tile, a tenth at
    a time.

    Args:
        students: the layers of each measured student.
        latencies_ms: shape (students,), each above 0.
        designed: so many of the first were chosen for being unlike the others; they count for the error bar, but not
            among the errors that are reported, which are to be those of the space.
        repeatability: largest difference of two measurements of the same file, as a share.

    Raises:
        ValueError: fewer than MIN_MEASUREMENTS students.
    """
    if len(latencies_ms) < MIN_MEASUREMENTS:
        raise ValueError(f"{len(latencies_ms)} measurements cannot fit {len(FEATURES)} prices: measure more")
    counts = {tile: np.array([features(layers, tile) for layers in students]) for tile in TILES}
    everything = np.arange(len(latencies_ms))
    predicted, leverages = np.empty(len(latencies_ms)), np.empty(len(latencies_ms))
    for left_out in np.array_split(np.random.default_rng(0).permutation(everything), _FOLDS):
        rest = np.setdiff1d(everything, left_out)
        tile = _best_tile(counts, latencies_ms, rest)
        predicted[left_out] = counts[tile][left_out] @ _prices(counts[tile][rest], latencies_ms[rest])
        inverse = _inverse(counts[tile][rest], latencies_ms[rest])
        relative = counts[tile][left_out] / predicted[left_out, None]
        leverages[left_out] = np.einsum("ij,jk,ik->i", relative, inverse, relative)
    errors = latencies_ms / predicted - 1
    random_errors = np.abs(errors[designed:])

    tile = _best_tile(counts, latencies_ms, everything)
    chosen = counts[tile]
    return LatencyProfile(
        provenance=provenance,
        space_key=space_key,
        tile=tile,
        prices_ms=tuple(map(float, _prices(chosen, latencies_ms))),
        seen=tuple(np.any(chosen, axis=0).tolist()),
        # The deviation of a prediction from a linear fit grows as the root of 1 + leverage.
        margin=float(max((errors / np.sqrt(1 + leverages)).max(), 0.0)),
        repeatability=repeatability,
        inverse=tuple(tuple(map(float, row)) for row in _inverse(chosen, latencies_ms)),
        within_5_percent=float(np.mean(random_errors <= 0.05)),
        within_10_percent=float(np.mean(random_errors <= 0.1)),
        largest_error=float(random_errors.max()),
        spearman=float(np.asarray(spearmanr(predicted[designed:], latencies_ms[designed:]))[0]),
        measurements=len(latencies_ms),
        seconds=seconds,
        date=datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
    )


def informative(students: Sequence[Sequence[LayerLike]], *, chosen: int, others: int) -> list[int]:
    """Positions of the students to measure: the most informative ones, then the first of the others.

    The chosen ones are a greedy D-optimal design: each the student that the fit so far would be least sure of. The
    others are as random as `students` are, so that errors on them are errors on the space.
    """
    # Any tile will do: what matters is how students differ.
    counts = np.array([features(layers, Tile(rows=4, columns=16, depth=8)) for layers in students])
    mean = counts.mean(axis=0)
    shares = counts / np.where(mean > 0, mean, 1)
    shares /= shares.sum(axis=1, keepdims=True)
    inverse = np.eye(shares.shape[1]) / _RIDGE
    design: list[int] = []
    for _ in range(min(chosen, len(students))):
        gains = np.einsum("ij,jk,ik->i", shares, inverse, shares)
        gains[design] = -1
        best = int(gains.argmax())
        design.append(best)
        step = inverse @ shares[best]
        inverse -= np.outer(step, step) / (1 + shares[best] @ step)
    rest = [position for position in range(len(students)) if position not in design]
    return design + rest[:others]


def _prices(counts: np.ndarray, latencies_ms: np.ndarray) -> np.ndarray:
    # Dividing each row by its latency turns absolute into relative errors.
    relative = counts / latencies_ms[:, None]
    scale = relative.max(axis=0)
    scale[scale == 0] = 1
    return nnls(relative / scale, np.ones(len(relative)))[0] / scale


def _inverse(counts: np.ndarray, latencies_ms: np.ndarray) -> np.ndarray:
    """Of the normal matrix of the fit on relative errors."""
    relative = counts / latencies_ms[:, None]
    scale = relative.max(axis=0)
    scale[scale == 0] = 1
    normal = (relative / scale).T @ (relative / scale) + _RIDGE * np.eye(relative.shape[1])
    return np.linalg.inv(normal) / np.outer(scale, scale)


def _best_tile(counts: dict[Tile, np.ndarray], latencies_ms: np.ndarray, rows: np.ndarray) -> Tile:
    """The tile whose prices fit the rows best; all have as many prices, so none has an advantage."""

    def error(tile: Tile) -> float:
        fitted = counts[tile][rows] @ _prices(counts[tile][rows], latencies_ms[rows])
        return float(np.mean((fitted / latencies_ms[rows] - 1) ** 2))

    return min(counts, key=error)
