"""Choice of the students that are refined."""

from collections.abc import Sequence

from search.front import pareto_front
from search.trial import TrialResult


def students_to_refine(results: Sequence[TrialResult], count: int, aim: str | None) -> list[TrialResult]:
    """The most accurate student, then the fastest and the smallest of the Pareto front, then the front's most accurate.

    Args:
        results: of the search's last rung.
        aim: of the search; with `best` the most accurate alone are chosen.
        count: students to choose; where the front has fewer, the most accurate others follow.
    """
    if not results:
        return []
    others = sorted(results, key=TrialResult.objectives)
    if aim == "best":
        return others[:count]
    front = pareto_front(results, TrialResult.objectives)
    by_accuracy = sorted(front, key=TrialResult.objectives)
    fastest = min(front, key=lambda result: (result.cost.latency_ms or 0.0, *result.objectives()))
    smallest = min(front, key=lambda result: (result.cost.size_bytes, *result.objectives()))
    order = {result.trial: result for result in (by_accuracy[0], fastest, smallest, *by_accuracy, *others)}
    return list(order.values())[:count]
