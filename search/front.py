"""The Pareto front: what no other result beats on everything at once."""

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def dominates(first: Sequence[float], second: Sequence[float]) -> bool:
    """Whether `first` is nowhere worse and somewhere better; every objective is to be small."""
    return all(a <= b for a, b in zip(first, second)) and any(a < b for a, b in zip(first, second))


def pareto_front(results: Sequence[T], objectives: Callable[[T], Sequence[float]]) -> tuple[T, ...]:
    """The results that none of the others dominates, in the order given; of equals all stay."""
    values = [tuple(objectives(result)) for result in results]
    return tuple(
        result for result, value in zip(results, values) if not any(dominates(other, value) for other in values)
    )


def ranked(results: Sequence[T], objectives: Callable[[T], Sequence[float]]) -> tuple[T, ...]:
    """All results, best front first (non-dominated sorting, Deb 2002); within a front by the first objective."""
    remaining, order = list(results), []
    while remaining:
        front = pareto_front(remaining, objectives)
        order += sorted(front, key=lambda result: tuple(objectives(result)))
        remaining = [result for result in remaining if not any(result is member for member in front)]
    return tuple(order)
