"""Accuracy of predicted latencies of students that were never measured, and of their error bars.

For each space and seed: a profile is fitted to 90 measured students, ten of them measured twice; random other students
are predicted, and measured twice over. How far the two measurements of the same file differ is the floor that no
prediction can be under.
"""

import random
import statistics
from dataclasses import asdict, dataclass
from typing import Literal

import tyro

from experiments.benchmarks.cases.report import Goal, report

Name = Literal["digits", "fashion_mnist", "spoken_digit", "cifar10"]
SHAPES = {"digits": (8, 8, 1), "fashion_mnist": (28, 28, 1), "spoken_digit": (64, 32, 1), "cifar10": (32, 32, 3)}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The spaces and students to measure."""

    experiments: tuple[Name, ...] = ("digits", "cifar10")
    """Whose spaces, with their limits on bytes."""
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    """Seeds of the students that are measured and of those that are predicted."""
    held_out: int = 100
    """Students that are predicted."""
    device: str = "host"
    """Device that latency is measured on."""
    json: tyro.conf.FlagCreatePairsOff[bool] = False
    """Print one JSON object."""


@dataclass(frozen=True, kw_only=True)
class Round:
    """Figures of one seed; errors are shares of the measured latency."""

    seed: int
    seconds: float
    """Duration of the profile's measurements."""
    within_5_percent: float
    within_10_percent: float
    median_error: float
    largest_error: float
    spearman: float
    inside_error_bar: float
    """Share of students whose latency is at most their predicted upper end."""
    median_error_bar: float
    noise_95_percent: float
    """Quantile of the differences between two measurements of a file."""
    noise_largest: float
    tile: str


def main(settings: Settings) -> None:
    """Measure and print."""
    from experiments.devices import inventory

    lines: list[str] = []
    spaces: dict[str, list[Round]] = {}
    with inventory.opened(settings.device, inventory.tell) as device:
        for name in settings.experiments:
            rounds = []
            for seed in settings.seeds:
                inventory.tell(f"{name}, seed {seed}: measuring")
                rounds.append(_round(device, name, seed, settings.held_out))
            spaces[name] = rounds
            lines += [f"{name}, {settings.held_out} students predicted, {len(rounds)} seeds: median (worst)"]
            for figure, worst in (
                ("within_5_percent", min), ("within_10_percent", min), ("spearman", min), ("inside_error_bar", min),
                ("largest_error", max), ("seconds", max), ("noise_95_percent", max), ("noise_largest", max),
            ):  # fmt: skip
                values = [getattr(result, figure) for result in rounds]
                lines.append(f"  {figure:<20}{statistics.median(values):.4g} ({worst(values):.4g})")
    report(
        "latency_model",
        lines=lines,
        figures=dict(
            device=settings.device,
            seeds=settings.seeds,
            held_out=settings.held_out,
            spaces={name: [asdict(result) for result in rounds] for name, rounds in spaces.items()},
        ),
        goals=goals_of([result for rounds in spaces.values() for result in rounds]),
        as_json=settings.json,
    )


def goals_of(rounds: list[Round]) -> list[Goal]:
    """The issue's goals, over all spaces and seeds."""

    return [
        Goal(
            goal="held-out students within 5 %",
            target=0.95,
            figure=statistics.mean(result.within_5_percent for result in rounds),
        ),
        Goal(
            goal="held-out students within 10 %",
            target=1.0,
            figure=statistics.mean(result.within_10_percent for result in rounds),
        ),
        Goal(goal="Spearman, worst seed", target=0.98, figure=min(result.spearman for result in rounds)),
        Goal(
            goal="seconds of the 100 measurements, worst seed",
            target=60.0,
            figure=max(result.seconds for result in rounds),
            at_most=True,
        ),
        Goal(
            goal="students inside a budget that is their own upper end",
            target=0.99,
            figure=statistics.mean(result.inside_error_bar for result in rounds),
        ),
    ]


def _round(device, name: str, seed: int, held_out: int) -> Round:
    import importlib

    import numpy as np
    from scipy.stats import spearmanr

    from deploy.latency.skeleton import skeleton
    from experiments.devices.calibrate import measured_profile, space_key, to_measure
    from search.choices import sample
    from search.estimate import estimate
    from search.task import Task
    from search.walk import walk

    experiment = importlib.import_module(f"experiments.{name}").EXPERIMENT
    task = Task(input_shape=SHAPES[name], classes=10)
    limit = experiment.budget.size_bytes or float("inf")
    measured = to_measure(experiment.space, task, size_limit=limit, seed=seed)
    rng, layers = random.Random(seed), []
    while len(layers) < held_out:
        drawn = sample(experiment.space, task, rng)
        # By their layers: two genotypes may be the same network.
        if walk(drawn) not in (*measured, *layers) and estimate(drawn, None).size_bytes <= limit:
            layers.append(walk(drawn))

    key = space_key(experiment.space, task)
    profile = measured_profile(device, measured, designed=len(measured) // 2, space_key=key)
    first, again = (
        np.array([latency.median_ms for latency in device.measure([skeleton(student) for student in layers])])
        for _ in range(2)
    )
    predicted = np.array([profile.predict_ms(student) for student in layers])
    upper = np.array([profile.upper_ms(student) for student in layers])
    errors, noise = np.abs(predicted / first - 1), np.abs(again / first - 1)
    return Round(
        seed=seed,
        seconds=profile.seconds,
        within_5_percent=float(np.mean(errors <= 0.05)),
        within_10_percent=float(np.mean(errors <= 0.1)),
        median_error=float(np.median(errors)),
        largest_error=float(errors.max()),
        spearman=float(np.asarray(spearmanr(predicted, first))[0]),
        inside_error_bar=float(np.mean(first <= upper)),
        median_error_bar=float(np.median(upper / predicted - 1)),
        noise_95_percent=float(np.quantile(noise, 0.95)),
        noise_largest=float(noise.max()),
        tile=str(profile.tile),
    )


if __name__ == "__main__":
    main(tyro.cli(Settings, prog="python -m experiments.benchmarks.latency_model", description=__doc__))
