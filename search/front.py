"""The Pareto front: results that no other dominates."""

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


def pareto_front(results: Sequence[T], objectives: Callable[[T], Sequence[float]]) -> tuple[T, ...]:
    """The results that none of the others dominates, in the order given; of equals all stay."""
    return next(iter(fronts(results, objectives)), ())


def fronts(results: Sequence[T], objectives: Callable[[T], Sequence[float]]) -> list[tuple[T, ...]]:
    """The Pareto front, then that of the others, and so on (non-dominated sorting, Deb 2002)."""
    values = np.array([tuple(objectives(result)) for result in results], float)
    # One dominates another that is nowhere better and somewhere worse; every objective is to be small.
    dominates = np.all([np.less_equal.outer(axis, axis) for axis in values.T], axis=0)
    dominates &= np.any([np.less.outer(axis, axis) for axis in values.T], axis=0)
    remaining = np.full(len(results), True)
    sorted_fronts: list[tuple[T, ...]] = []
    while remaining.any():
        best = remaining & ~dominates[remaining].any(axis=0)
        sorted_fronts.append(tuple(results[int(position)] for position in np.flatnonzero(best)))
        remaining &= ~best
    return sorted_fronts


def ranked(results: Sequence[T], objectives: Callable[[T], Sequence[float]]) -> tuple[T, ...]:
    """All results, best front first; within a front by the first objective."""
    return tuple(
        result
        for front in fronts(results, objectives)
        for result in sorted(front, key=lambda result: tuple(objectives(result)))
    )


def crowding(points: Sequence[Sequence[float]]) -> list[float]:
    """Crowding distance: between a point's neighbours on its front, summed over the objectives (Deb 2002, III-B)."""
    distances = [0.0] * len(points)
    for axis in range(len(points[0])):
        order = sorted(range(len(points)), key=lambda number: points[number][axis])
        extent = points[order[-1]][axis] - points[order[0]][axis]
        distances[order[0]] = distances[order[-1]] = math.inf
        for before, number, after in zip(order, order[1:], order[2:]):
            distances[number] += (points[after][axis] - points[before][axis]) / extent if extent else 0.0
    return distances
