"""From rows of arms and seeds to what they say: means, paired differences with intervals, and plain sentences."""

import statistics
from collections.abc import Sequence

from experiments.baselines.intervals import FEWEST_RANKED, interval, rank_correlation
from experiments.baselines.records import ARMS

_UNEVEN = 1.5
"""How many times the epochs of the search random search may have in the same seconds before it is said."""


def figures(
    rows: Sequence[dict], searches: Sequence[list[dict[str, float]]], seeds: Sequence[int], left_out: Sequence[str]
) -> dict:
    """The comparison as JSON values.

    Args:
        rows: one for each arm and seed, with test_accuracy, seconds, size_bytes, latency_ms.
        searches: of each seed, the validation accuracies on each rung, by student.
        left_out: what could not be compared, and why.

    Returns:
        seeds, arms (by name: label, rows, mean, half_width, to_search), teacher, rank_correlation, left_out, sentences.
        Differences are of test accuracy, paired by seed: mean and ends of the 95 % t-interval; None with fewer than two
        pairs.
    """
    by_arm = {arm: [row for row in rows if row["arm"] == arm] for arm in ARMS}
    arms = {}
    for arm, own in by_arm.items():
        if own:
            mean, half = interval([row["test_accuracy"] for row in own])
            to_search = None if arm == "search" else _difference(own, by_arm["search"])
            arms[arm] = dict(
                label=ARMS[arm], rows=own, mean=mean, half_width=half if len(own) > 1 else None, to_search=to_search
            )
    teacher = _difference(by_arm["winner"], by_arm["winner_alone"])
    ranks = [rank for seed, rungs in zip(seeds, searches) for rank in _ranks(seed, rungs)]
    return dict(
        seeds=list(seeds),
        arms=arms,
        teacher=teacher,
        rank_correlation=ranks,
        left_out=list(left_out),
        sentences=[
            *_verdicts(arms),
            *_of_clock(by_arm),
            *_of_teacher(teacher),
            *_of_ranks(ranks),
            *(f"Left out: {why}." for why in left_out),
        ],
    )


def _difference(rows: Sequence[dict], others: Sequence[dict]) -> tuple[float, float, float] | None:
    """What the first are above the others, paired by seed."""
    base = {row["seed"]: row["test_accuracy"] for row in others}
    pairs = [row["test_accuracy"] - base[row["seed"]] for row in rows if row["seed"] in base]
    if len(pairs) < 2:
        return None
    mean, half = interval(pairs)
    return mean, mean - half, mean + half


def _ranks(seed: int, rungs: list[dict[str, float]]) -> list[dict]:
    """How each rung's ranking agrees with the last one's, over the students that reached both."""
    last = rungs[-1]
    found = []
    for rung, accuracies in enumerate(rungs[:-1]):
        both = [student for student in last if student in accuracies]
        before, after = [accuracies[student] for student in both], [last[student] for student in both]
        found.append(dict(seed=seed, rung=rung, students=len(both), spearman=rank_correlation(before, after)))
    return found


def _verdicts(arms: dict) -> list[str]:
    """What was better than the search, or that nothing was."""
    better = [each for each in arms.values() if each["to_search"] is not None and each["to_search"][0] > 0]
    return [
        f"The search was beaten on test: {each['label']}, {points(each['to_search'])}"
        + ("." if each["to_search"][1] > 0 else "; that may be chance, by so few seeds.")
        for each in better
    ] or ["Nothing beat the search on test, by the means over the seeds."]


def _of_clock(by_arm: dict[str, list[dict]]) -> list[str]:
    """Where equal seconds were not equal training, such as beside other work on the machine."""
    searched = {row["seed"]: row["epochs"] for row in by_arm["search"]}
    uneven = [
        f"{row['epochs']} against {searched[row['seed']]} (seed {row['seed']})"
        for row in by_arm["random"]
        if not 1 / _UNEVEN < row["epochs"] / searched[row["seed"]] < _UNEVEN
    ]
    told = f"In equal seconds random search trained for other numbers of epochs than the search: {', '.join(uneven)}. "
    return [f"{told}Its students differ in speed, or the machine was not as quiet for both."] if uneven else []


def _of_teacher(teacher: tuple[float, float, float] | None) -> list[str]:
    return [] if teacher is None else [f"The teacher was worth {points(teacher)} to the winner's architecture."]


def _of_ranks(ranks: list[dict]) -> list[str]:
    """One sentence for each rung but the last."""
    sentences = []
    for rung in sorted({rank["rung"] for rank in ranks}):
        of_rung = [rank for rank in ranks if rank["rung"] == rung]
        told = ", ".join(
            f"{rank['spearman']:+.2f} of {rank['students']}"
            if rank["spearman"] is not None
            else f"{'too few' if rank['students'] < FEWEST_RANKED else 'all equal'} ({rank['students']})"
            for rank in of_rung
        )
        known = [rank["spearman"] for rank in of_rung if rank["spearman"] is not None]
        mean = f"; mean {statistics.mean(known):+.2f}" if len(known) > 1 else ""
        sentences.append(
            f"Spearman correlation of rung {rung}'s accuracies with the last one's, by seed: {told}{mean}. "
            "Only students that went on are counted, a narrower choice than all."
        )
    return sentences


def points(difference: tuple[float, float, float]) -> str:
    """A difference of accuracies with its interval, in points."""
    mean, low, high = (100 * value for value in difference)
    return f"{mean:+.2f} points (95 %: {low:+.2f} to {high:+.2f})"
