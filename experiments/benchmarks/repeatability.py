"""Repeatability of a latency: how far two measurements of the same file differ, in one call and in two.

Random students of an experiment's space are measured: each twice in one call of the device, as a latency profile
measures some of its files, and once more in a second call, as a search and its proof do.
"""

import random
import statistics
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass

import tyro

from experiments.benchmarks.cases.report import Goal, report


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Extent of the measurement."""

    students: int = 20
    """Random students of the space of digits, inside its bytes."""
    seeds: tuple[int, ...] = (0, 1, 2)
    """Seeds of the students."""
    device: str = "host"
    """Device that latency is measured on."""
    json: tyro.conf.FlagCreatePairsOff[bool] = False
    """Print one JSON object."""


@dataclass(frozen=True, kw_only=True)
class Round:
    """Latencies of the students of one seed, in the order of their files."""

    seed: int
    first_ms: list[float]
    same_call_ms: list[float]
    """The second measurements, of the same call as the first."""
    other_call_ms: list[float]


def main(settings: Settings) -> None:
    """Measure and print."""
    from experiments.devices import inventory

    rounds = []
    with inventory.opened(settings.device, lambda text: print(text, file=sys.stderr, flush=True)) as device:
        for seed in settings.seeds:
            files = _files(seed, settings.students)
            first, second = (device.measure(files) for files in (files * 2, files))
            latencies = [latency.median_ms for latency in first]
            rounds.append(
                Round(
                    seed=seed,
                    first_ms=latencies[: len(files)],
                    same_call_ms=latencies[len(files) :],
                    other_call_ms=[latency.median_ms for latency in second],
                )
            )
    differences = {
        "same_call": _differences(rounds, lambda record: record.same_call_ms),
        "other_call": _differences(rounds, lambda record: record.other_call_ms),
    }
    medians = {name: statistics.median(values) for name, values in differences.items()}
    report(
        "repeatability",
        lines=[
            f"{len(settings.seeds)} x {settings.students} students on {settings.device}: relative difference",
            f"{'':<20}{'median':>10}{'largest':>10}",
            *(f"{name:<20}{medians[name]:>10.2%}{max(values):>10.2%}" for name, values in differences.items()),
        ],
        figures=dict(
            device=settings.device,
            seeds=settings.seeds,
            students=settings.students,
            rounds=[asdict(record) for record in rounds],
            median_differences=medians,
            largest_differences={name: max(values) for name, values in differences.items()},
        ),
        goals=[
            Goal(goal="largest difference in one call", target=0.5, figure=max(differences["same_call"]), at_most=True),
            Goal(goal="median difference of two calls", target=0.05, figure=medians["other_call"], at_most=True),
        ],
        as_json=settings.json,
    )


def _differences(rounds: list[Round], repeated: Callable[[Round], list[float]]) -> list[float]:
    """Relative differences of repeated measurements from the first."""
    return [abs(again / first - 1) for record in rounds for first, again in zip(record.first_ms, repeated(record))]


def _files(seed: int, students: int) -> list[bytes]:
    """Files of random students, untrained."""
    from deploy.latency.skeleton import skeleton
    from experiments.digits import EXPERIMENT
    from search.choices import sample
    from search.estimate import estimate
    from search.task import Task
    from search.walk import walk

    limit = EXPERIMENT.budget.size_bytes
    assert limit is not None
    rng, files = random.Random(seed), []
    while len(files) < students:
        genotype = sample(EXPERIMENT.space, Task(input_shape=(8, 8, 1), classes=10), rng)
        size_bytes = estimate(genotype, None).size_bytes
        if size_bytes is not None and size_bytes <= limit:
            files.append(skeleton(walk(genotype)))
    return files


if __name__ == "__main__":
    main(tyro.cli(Settings, prog="python -m experiments.benchmarks.repeatability", description=__doc__))
