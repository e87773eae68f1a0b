"""How much of the gap between a student and its teacher distillation closes.

For each pair of data set and student, and each seed: the student trained alone, alone on the very views that the
teacher sees, distilled from the bank, and distilled with the teacher asked in every step; the same epochs, batches and
initial weights. Alone counts the better of its two means. Accuracies are those of the float students. Finished
trainings are kept, so that an interrupted run goes on.
"""

import statistics
from dataclasses import dataclass
from typing import Literal

import tyro

from experiments.baselines.intervals import interval
from experiments.benchmarks.cases.pairs import LOSSES, PAIRS
from experiments.benchmarks.cases.report import Goal, report

Arm = Literal["alone", "alone_same_views", "distilled", "online"]
Loss = Literal[tuple(LOSSES)]
Name = Literal[tuple(PAIRS)]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What is measured."""

    pairs: tuple[Name, ...] = tuple(PAIRS)
    """Pairs of data set and student."""
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    """Seeds of initial weights and of the order of examples; the teacher has the experiment's."""
    arms: tuple[Arm, ...] = Arm.__args__
    """What is trained."""
    losses: tuple[Loss, ...] = ()
    """Distil with each of these losses too, each beside the labels' cross-entropy; for a table of losses."""
    split: Literal["test", "validation"] = "test"
    """Whose accuracy is measured; settings are chosen on validation."""
    json: tyro.conf.FlagCreatePairsOff[bool] = False
    """Print one JSON object."""


def main(settings: Settings) -> None:
    """Measure and print."""
    from experiments.run.frameworks import quiet_libraries

    quiet_libraries()
    from experiments.benchmarks.cases.arms import Bench

    lines, found = [], {}
    for name in settings.pairs:
        bench = Bench(PAIRS[name], settings.split)
        arms = settings.arms + settings.losses
        seen = {arm: [bench.accuracy(arm, seed) for seed in settings.seeds] for arm in arms}
        found[name] = summary(seen, bench.teacher_accuracy())
        lines += [f"{name}: teacher {bench.teacher_accuracy():.2%}, student {PAIRS[name].student}"]
        for arm, accuracies in seen.items():
            closed = found[name]["closed"].get(arm)
            told = "" if closed is None else f"   closes {closed[0]:.0%} of the gap, {closed[1]:.0%} to {closed[2]:.0%}"
            lines.append(f"  {arm:<24}{statistics.mean(accuracies):.2%} +- {spread(accuracies):.2%}{told}")
    report(
        "distillation_gain",
        lines=lines,
        figures=dict(split=settings.split, seeds=settings.seeds, pairs=found),
        goals=goals_of(found, len(settings.seeds)),
        as_json=settings.json,
    )


def summary(seen: dict[str, list[float]], teacher: float) -> dict:
    """Accuracies of each arm, and the share of the gap that each distilled one closes, with a 95 % t-interval."""
    alone = max((seen[arm] for arm in ("alone", "alone_same_views") if arm in seen), key=statistics.mean, default=None)
    closed = {}
    for arm, accuracies in seen.items():
        if alone is not None and not arm.startswith("alone"):
            gap = teacher - statistics.mean(alone)
            mean, half = interval([accuracy - base for accuracy, base in zip(accuracies, alone)])
            closed[arm] = (mean / gap, (mean - half) / gap, (mean + half) / gap)
    return dict(teacher=teacher, accuracies=seen, closed=closed)


def spread(values: list[float]) -> float:
    """Standard deviation; 0 for a single value."""
    return statistics.stdev(values) if len(values) > 1 else 0.0


def goals_of(found: dict[str, dict], seeds: int) -> list[Goal]:
    """The issue's goals; those that need more pairs, arms or seeds than were run are not measured."""
    distilled = {name: pair["closed"]["distilled"] for name, pair in found.items() if "distilled" in pair["closed"]}
    enough = len(distilled) >= 4 and seeds >= 5
    online = [
        statistics.mean(pair["accuracies"]["online"]) - statistics.mean(pair["accuracies"]["distilled"])
        for pair in found.values()
        if {"online", "distilled"} <= set(pair["accuracies"])
    ]
    return [
        Goal(
            goal="share of the gap closed, mean over the pairs",
            target=0.6,
            figure=statistics.mean(closed[0] for closed in distilled.values()) if enough else None,
        ),
        Goal(
            goal="upper end of the interval of the pair that gains least",
            target=0.0,
            figure=min(closed[2] for closed in distilled.values()) if enough else None,
        ),
        Goal(
            goal="accuracy that the bank costs against an online teacher, mean over the pairs",
            target=0.001,
            figure=statistics.mean(online) if len(online) >= 4 and seeds >= 5 else None,
            at_most=True,
        ),
    ]


if __name__ == "__main__":
    main(tyro.cli(Settings, prog="python -m experiments.benchmarks.distillation_gain", description=__doc__))
