"""Share of the gap between a student and its teacher that distillation closes.

For each pair of data set and student, and each seed: the student trained alone, alone on the very views that the
teacher sees, distilled from the bank, and distilled with the teacher asked in every step; the same epochs, batches and
initial weights. Alone counts the better of its two means. Accuracies are those of the float students. Finished
trainings are kept, so that an interrupted run goes on.
"""

import statistics
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

import tyro

from experiments.baselines.intervals import interval
from experiments.benchmarks.cases.pairs import LOSSES, PAIRS
from experiments.benchmarks.cases.report import Goal, report

Arm = Literal["alone", "alone_same_views", "distilled", "online"]
Loss = Literal[
    "soft_targets",
    "standardized",
    "decoupled",
    "dist",
    "multi_level",
    "hints",
    "attention_transfer",
    "relational",
    "similarity_preserving",
]
Name = Literal["digits_dense", "digits_depthwise", "spoken_digit", "fashion_mnist"]
assert set(get_args(Loss)) == set(LOSSES), "a loss of the table has a name for the command line"
assert set(get_args(Name)) == set(PAIRS), "a pair has a name for the command line"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The trainings to measure."""

    pairs: tuple[Name, ...] = get_args(Name)
    """Pairs of data set and student."""
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    """Seeds of initial weights and of the order of examples; the teacher has the experiment's."""
    arms: tuple[Arm, ...] = get_args(Arm)
    """Ways of training."""
    losses: tuple[Loss, ...] = ()
    """Distil with each of these losses too, each beside the labels' cross-entropy; for a table of losses."""
    split: Literal["test", "validation"] = "test"
    """Whose accuracy is measured; settings are chosen on validation."""
    json: tyro.conf.FlagCreatePairsOff[bool] = False
    """Print one JSON object."""


@dataclass(frozen=True, kw_only=True)
class Gain:
    """Accuracies of a pair, and the gaps closed."""

    teacher: float
    """Accuracy of the teacher."""
    accuracies: dict[str, list[float]]
    """By arm, one for each seed."""
    closed: dict[str, tuple[float, float, float]]
    """By distilled arm: the share of the gap, and the ends of its 95 % t-interval."""

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)


def main(settings: Settings) -> None:
    """Measure and print."""
    from experiments.run.frameworks import quiet_libraries

    quiet_libraries()
    from experiments.benchmarks.cases.arms import Bench

    lines: list[str] = []
    gains: dict[str, Gain] = {}
    for name in settings.pairs:
        bench = Bench(PAIRS[name], settings.split)
        arms = (*settings.arms, *settings.losses)
        accuracies = {arm: [bench.accuracy(arm, seed) for seed in settings.seeds] for arm in arms}
        gains[name] = summary(accuracies, bench.teacher_accuracy())
        lines += [f"{name}: teacher {bench.teacher_accuracy():.2%}, student {PAIRS[name].student}"]
        for arm, values in accuracies.items():
            closed = gains[name].closed.get(arm)
            gap = "" if closed is None else f"   closes {closed[0]:.0%} of the gap, {closed[1]:.0%} to {closed[2]:.0%}"
            lines.append(f"  {arm:<24}{statistics.mean(values):.2%} +- {spread(values):.2%}{gap}")
    report(
        "distillation_gain",
        lines=lines,
        figures=dict(
            split=settings.split, seeds=settings.seeds, pairs={name: gain.to_record() for name, gain in gains.items()}
        ),
        goals=goals_of(gains, len(settings.seeds)),
        as_json=settings.json,
    )


def summary(accuracies: dict[str, list[float]], teacher: float) -> Gain:
    """Accuracies of each arm, and the share of the gap that each distilled one closes, with a 95 % t-interval."""
    baselines = [accuracies[arm] for arm in ("alone", "alone_same_views") if arm in accuracies]
    alone = max(baselines, key=statistics.mean, default=None)
    closed = {}
    for arm, values in accuracies.items():
        if alone is not None and not arm.startswith("alone"):
            gap = teacher - statistics.mean(alone)
            mean, half = interval([accuracy - base for accuracy, base in zip(values, alone)])
            closed[arm] = (mean / gap, (mean - half) / gap, (mean + half) / gap)
    return Gain(teacher=teacher, accuracies=accuracies, closed=closed)


def spread(values: list[float]) -> float:
    """Standard deviation; 0 for a single value."""
    return statistics.stdev(values) if len(values) > 1 else 0.0


def goals_of(gains: dict[str, Gain], seeds: int) -> list[Goal]:
    """The issue's goals; those that need more pairs, arms or seeds than were run are not measured."""
    distilled = {name: gain.closed["distilled"] for name, gain in gains.items() if "distilled" in gain.closed}
    enough = len(distilled) >= 4 and seeds >= 5
    online = [
        statistics.mean(gain.accuracies["online"]) - statistics.mean(gain.accuracies["distilled"])
        for gain in gains.values()
        if {"online", "distilled"} <= set(gain.accuracies)
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
