"""From judged students to a comparison: means, paired differences with intervals, and plain sentences."""

import statistics
from collections.abc import Mapping, Sequence

from experiments.baselines.comparison import ArmFigures, Comparison, Difference, JudgedStudent, RankCorrelation
from experiments.baselines.intervals import FEWEST_RANKED, interval, rank_correlation
from experiments.baselines.records import ARMS

_UNEVEN = 1.5
"""Ratio of random search's epochs to the search's, in the same seconds, from which on it is mentioned."""


def figures(
    rows: Sequence[JudgedStudent],
    searches: Sequence[list[dict[str, float]]],
    seeds: Sequence[int],
    left_out: Sequence[str],
) -> Comparison:
    """Compare the arms by their test accuracies, paired by seed.

    Args:
        rows: one for each arm and seed.
        searches: of each seed, the validation accuracies on each rung, by student.
        left_out: arms or seeds that could not be compared, with the reasons.
    """
    by_arm = {arm: [row for row in rows if row.arm == arm] for arm in ARMS}
    arms = {arm: _arm(arm, students, by_arm["search"]) for arm, students in by_arm.items() if students}
    teacher = _difference(by_arm["winner"], by_arm["winner_alone"])
    ranks = [rank for seed, rungs in zip(seeds, searches) for rank in _ranks(seed, rungs)]
    return Comparison(
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
            *(f"Left out: {reason}." for reason in left_out),
        ],
    )


def _arm(arm: str, students: list[JudgedStudent], searched: Sequence[JudgedStudent]) -> ArmFigures:
    mean, half = interval([student.test_accuracy for student in students])
    return ArmFigures(
        label=ARMS[arm],
        rows=students,
        mean=mean,
        half_width=half if len(students) > 1 else None,
        to_search=None if arm == "search" else _difference(students, searched),
    )


def _difference(students: Sequence[JudgedStudent], others: Sequence[JudgedStudent]) -> Difference | None:
    """The first less the others, paired by seed; None with fewer than two pairs."""
    base = {other.seed: other.test_accuracy for other in others}
    pairs = [student.test_accuracy - base[student.seed] for student in students if student.seed in base]
    if len(pairs) < 2:
        return None
    mean, half = interval(pairs)
    return Difference(mean, mean - half, mean + half)


def _ranks(seed: int, rungs: list[dict[str, float]]) -> list[RankCorrelation]:
    """The agreement of each rung's ranking with the last one's."""
    last, ranks = rungs[-1], []
    for rung, accuracies in enumerate(rungs[:-1]):
        both = [student for student in last if student in accuracies]
        before, after = [accuracies[student] for student in both], [last[student] for student in both]
        spearman = rank_correlation(before, after)
        ranks.append(RankCorrelation(seed=seed, rung=rung, students=len(both), spearman=spearman))
    return ranks


def _verdicts(arms: Mapping[str, ArmFigures]) -> list[str]:
    """A sentence for each arm that was better than the search, or one that none was."""
    better = [(arm.label, arm.to_search) for arm in arms.values() if arm.to_search and arm.to_search.mean > 0]
    return [
        f"The search was beaten on test: {label}, {difference.points()}"
        + ("." if difference.low > 0 else "; that may be chance, by so few seeds.")
        for label, difference in better
    ] or ["Nothing beat the search on test, by the means over the seeds."]


def _of_clock(by_arm: Mapping[str, Sequence[JudgedStudent]]) -> list[str]:
    """A sentence where equal seconds were not equal training, such as beside other work on the machine."""
    searched = {student.seed: student.epochs for student in by_arm["search"]}
    uneven = [
        f"{student.epochs} against {searched[student.seed]} (seed {student.seed})"
        for student in by_arm["random"]
        if not 1 / _UNEVEN < student.epochs / searched[student.seed] < _UNEVEN
    ]
    counts = f"In equal seconds random search trained for other numbers of epochs than the search: {', '.join(uneven)}."
    return [f"{counts} Its students differ in speed, or the machine was not as quiet for both."] if uneven else []


def _of_teacher(teacher: Difference | None) -> list[str]:
    return [] if teacher is None else [f"The teacher was worth {teacher.points()} to the winner's architecture."]


def _of_ranks(ranks: Sequence[RankCorrelation]) -> list[str]:
    """One sentence for each rung but the last."""
    sentences = []
    for rung in sorted({rank.rung for rank in ranks}):
        of_rung = [rank for rank in ranks if rank.rung == rung]
        by_seed = ", ".join(
            f"{rank.spearman:+.2f} of {rank.students}"
            if rank.spearman is not None
            else f"{'too few' if rank.students < FEWEST_RANKED else 'all equal'} ({rank.students})"
            for rank in of_rung
        )
        spearmans = [rank.spearman for rank in of_rung if rank.spearman is not None]
        mean = f"; mean {statistics.mean(spearmans):+.2f}" if len(spearmans) > 1 else ""
        sentences.append(
            f"Spearman correlation of rung {rung}'s accuracies with the last one's, by seed: {by_seed}{mean}. "
            "Only students that went on are counted, a narrower choice than all."
        )
    return sentences
