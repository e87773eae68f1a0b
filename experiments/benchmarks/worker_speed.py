"""Trials an hour of two one-thread workers, against one two-thread worker.

The same students are trained by both, in turn, round after round, each worker warm: what a search with --workers 2
gains over one without on a machine of two cores. Two workers train each student twice, both at the same time, so that
neither waits for the other at the end, which a long search does not feel. Run it on a quiet machine.
"""

import functools
import itertools
import math
import random
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import tyro

from experiments.benchmarks.cases.report import Goal, report
from experiments.cifar10 import EXPERIMENT as CIFAR10
from experiments.digits import EXPERIMENT as DIGITS
from experiments.experiment import Experiment
from search.settings import Search
from search.task import Task

EXPERIMENTS = {
    "digits": DIGITS,
    "cifar10": replace(
        CIFAR10,
        data=replace(CIFAR10.data, train_examples=2_000, validation_fraction=0.04),
        student=replace(CIFAR10.student, precision="float32"),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The students and rounds to measure."""

    students: int = 4
    """Random students of each space, inside the experiment's bytes, that each side trains in a round."""
    rounds: int = 3
    """Rounds in which both sides train them; other students in each round."""
    epochs: int = 4
    """Epochs of each."""
    json: tyro.conf.FlagCreatePairsOff[bool] = False
    """Print one JSON object."""


@dataclass(frozen=True, kw_only=True)
class Speed:
    """Both sides' times for an experiment's students."""

    ratio: float
    """Of trials an hour: two workers against one."""
    seconds_of_one_and_of_two_with_twice_the_students: list[tuple[float, float]]
    """By round."""


def main(settings: Settings) -> None:
    """Train and compare."""
    from experiments.run.frameworks import quiet_libraries

    quiet_libraries()
    speeds: dict[str, Speed] = {}
    lines: list[str] = []
    for name, experiment in EXPERIMENTS.items():
        # On labels alone: a bank costs both sides the same reading.
        plain = replace(experiment, distillation=replace(experiment.distillation, stages=()))
        rounds = _rounds(replace(plain, search=Search(epochs=(settings.epochs,), survivors=())), settings)
        ratio = statistics.median(2 * one / two for one, two in rounds)
        speeds[name] = Speed(ratio=ratio, seconds_of_one_and_of_two_with_twice_the_students=rounds)
        seconds = ", ".join(f"{one:.1f} and {two:.1f}" for one, two in rounds)
        lines.append(
            f"{name}: {settings.students} students by one, and twice as many by two: {seconds} s; {ratio:.2f} times"
        )
    ratio = min(speed.ratio for speed in speeds.values())
    goals = [
        Goal(goal="trials an hour of two one-thread workers, times one with two threads", target=1.85, figure=ratio)
    ]
    figures = dict(experiments={name: asdict(speed) for name, speed in speeds.items()})
    report("worker_speed", lines=lines, figures=figures, goals=goals, as_json=settings.json)


def _rounds(experiment: Experiment, settings: Settings) -> list[tuple[float, float]]:
    """Seconds of one worker and of two, by round."""
    with tempfile.TemporaryDirectory() as folder, _sides(experiment, Path(folder)) as (task, one, two):
        jobs = _jobs(experiment, task)
        one(list(itertools.islice(jobs, 1)))
        two(list(itertools.islice(jobs, 4)))
        seconds = []
        for number in range(settings.rounds):
            once = list(itertools.islice(jobs, settings.students))
            twice = [replace(job, trial=f"{job.trial}-{side}") for job in once for side in ("left", "right")]
            seconds.append((_seconds(one, once), _seconds(two, twice)))
            print(f"{experiment.name}, round {number}: {seconds[-1]}", file=sys.stderr, flush=True)
        return seconds


def _jobs(experiment: Experiment, task: Task):
    """Random students inside the bytes, without end."""
    from experiments.training.student import Job
    from search.choices import sample
    from search.estimate import estimate

    rng = random.Random(0)
    for number in itertools.count():
        genotype = sample(experiment.space, task, rng)
        if estimate(genotype, None).size_bytes <= (experiment.budget.size_bytes or math.inf):
            yield Job(trial=str(number), rung=0, genotype=genotype)


@contextmanager
def _sides(experiment: Experiment, folder: Path):
    """The task, and two functions that train jobs: in this process, and in two workers."""
    from experiments.data.load import load
    from experiments.gpus import visible_gpus
    from experiments.training import local_pool
    from experiments.training.student import StudentTraining

    def ignore(epoch, metrics):
        pass

    data, recipe = load(experiment.data), experiment.student
    training = StudentTraining(experiment=experiment, recipe=recipe, folder=folder, splits=data.splits, bank=None)
    with (
        local_pool.open_pool(2, experiment, recipe, folder=folder, bank=None, gpus=visible_gpus()) as pool,
        ThreadPoolExecutor(2) as threads,
    ):
        yield (
            data.task,
            lambda jobs: [training.run(job, ignore) for job in jobs],
            lambda jobs: list(threads.map(functools.partial(pool.run, on_epoch=ignore), jobs)),
        )


def _seconds(train, jobs) -> float:
    started = time.monotonic()
    train(jobs)
    return time.monotonic() - started


if __name__ == "__main__":
    main(tyro.cli(Settings, prog="python -m experiments.benchmarks.worker_speed", description=__doc__))
