"""Does a supernet pay? Searches whose students start from its weights, against searches that train from scratch.

Both are judged at equal CPU-seconds of training, on one thread, the supernet's among them: by the best accuracy on
validation, and by the hypervolume of (error, bytes), of the students that were done by the end of the shorter search.
Also: does a student's accuracy as it inherits, without any training of its own, tell what it reaches from scratch?

What was searched before is read from a journal: interrupted, the same command goes on.
"""

import contextlib
import math
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import tyro

from deploy.budget import Budget
from deploy.digests import sha256_of
from deploy.latency.profile import LatencyProfile
from experiments.benchmarks import tabulate
from experiments.benchmarks.cases.report import Goal, report
from experiments.benchmarks.search_regret import PROFILE
from experiments.digits import EXPERIMENT as DIGITS
from experiments.experiment import Experiment
from experiments.fashion_mnist import EXPERIMENT as FASHION_MNIST
from search.hypervolume import hypervolume
from search.settings import Search


@dataclass(frozen=True, kw_only=True)
class Case:
    """An experiment, and the two searches that are compared; the supernets were chosen with seed 100."""

    experiment: Experiment
    scratch: Search
    shared: Search
    """It ends, at the latest, when it has taken as long as the other."""


CASES = {
    "digits": Case(
        experiment=replace(DIGITS, budget=Budget(size_bytes=24_000)),
        scratch=Search(trials=12, epochs=(20,), survivors=()),
        shared=Search(trials=10, epochs=(15,), survivors=(), supernet_epochs=60),
    ),
    "fashion_mnist": Case(
        experiment=replace(
            FASHION_MNIST,
            data=tabulate.DATA,
            views=8,
            space=tabulate.SPACE,
            budget=Budget(size_bytes=16_000),
            teacher=replace(FASHION_MNIST.teacher, width=16, epochs=6),
            student=replace(FASHION_MNIST.student, precision="float32"),
        ),
        scratch=Search(trials=12, epochs=(9,), survivors=()),
        shared=Search(trials=24, epochs=(3,), survivors=(), supernet_epochs=16),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What is compared."""

    cases: tuple[Literal[tuple(CASES)], ...] = tuple(CASES)
    """Data sets."""
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    """Of views, weights and search; teachers are the same for all."""
    json: tyro.conf.FlagCreatePairsOff[bool] = False
    """Print one JSON object."""


def main(settings: Settings) -> None:
    """Search and compare."""
    from experiments.run.frameworks import quiet_libraries

    quiet_libraries()
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    lines, found = [], {}
    for name in settings.cases:
        case = CASES[name]
        pairs = [_judged(case, _pair(name, case, seed)) for seed in settings.seeds]
        found[name] = {key: [pair[key] for pair in pairs] for key in pairs[0]}
        lines.append(f"{name}, {len(pairs)} seeds, medians:")
        for key, values in found[name].items():
            low, high = _interval(values)
            lines.append(f"  {key:<34}{statistics.median(values):9.4f}  ({low:.4f} to {high:.4f})")
    goals = [
        Goal(
            goal=f"{name}: accuracy that a supernet gains at equal seconds, lower end of the interval",
            target=0.0,
            figure=_interval(found[name]["accuracy gained"])[0],
        )
        for name in settings.cases
    ]
    report(
        "weight_sharing",
        lines=lines,
        figures=dict(seeds=settings.seeds, figures=found),
        goals=goals,
        as_json=settings.json,
    )


def _interval(values: list[float]) -> tuple[float, float]:
    """95 % bootstrap interval of the median."""
    drawn = np.random.default_rng(0).choice(values, (2_000, len(values)))
    return tuple(float(end) for end in np.quantile(np.median(drawn, axis=1), [0.025, 0.975]))


def _judged(case: Case, pair: dict) -> dict[str, float]:
    """Both searches of a seed, at the seconds of the shorter."""
    from scipy.stats import spearmanr

    scratch, shared = pair["scratch"], pair["shared"]
    seconds = min(scratch[-1]["seconds"], shared[-1]["seconds"])
    judged = {"seconds": seconds, "seconds of the supernet": pair["supernet_seconds"]}
    for arm, trials in (("scratch", scratch), ("shared", shared)):
        done = [trial for trial in trials if trial["seconds"] <= seconds]
        points = [(1 - each["accuracy"], each["size_bytes"] / case.experiment.budget.size_bytes) for each in done]
        judged[f"students {arm}"] = len(done)
        judged[f"best accuracy {arm}"] = max(each["accuracy"] for each in done)
        judged[f"median accuracy {arm}"] = statistics.median(each["accuracy"] for each in done)
        judged[f"hypervolume {arm}"] = hypervolume(points, (0.9, 1.0)) / 0.9
    judged["accuracy gained"] = judged["best accuracy shared"] - judged["best accuracy scratch"]
    judged["hypervolume gained"] = judged["hypervolume shared"] - judged["hypervolume scratch"]
    accuracies = [each["accuracy"] for each in scratch]
    judged["rank correlation untrained"] = float(spearmanr(pair["untrained"], accuracies).statistic)
    return judged


def _pair(name: str, case: Case, seed: int) -> dict:
    """Both searches with one seed: students in order, with CPU-seconds since the start when each was done."""
    from experiments.data.load import load
    from experiments.run import home
    from experiments.searching.supernet import untrained_accuracy
    from experiments.teachers.teach import fill, teacher_of
    from search import shared_weights
    from search.genotype import Genotype
    from search.journal import Journal

    folder = home.home() / "benchmarks"
    journal = Journal(folder / "weight_sharing.jsonl")
    parts = f"{case.experiment.to_json()} {case.scratch} {case.shared} {seed}"
    key = sha256_of(parts.encode())[:16]
    for record in journal.records("pair"):
        if record["key"] == key:
            return record
    data = load(case.experiment.data)
    context = _context(case.experiment, data, folder, journal)
    taught = teacher_of(context)
    seeded = replace(case.experiment, seed=seed)
    bank = fill(_context(seeded, data, folder, journal), taught)
    found = {}
    with tempfile.TemporaryDirectory() as place:
        for arm in ("scratch", "shared"):
            experiment = replace(seeded, search=getattr(case, arm))
            at = Path(place) / arm
            at.mkdir()
            limit = found["scratch"][-1]["seconds"] if found else math.inf
            context = _context(experiment, data, at, Journal(at / "journal.jsonl"))
            found[arm], supernet_seconds = _searched(context, bank, limit)
            best = max(trial["accuracy"] for trial in found[arm])
            told = f"{name}, seed {seed}, {arm}: {best:.2%} in {found[arm][-1]['seconds']:.0f} s"
            print(f"{told}, {supernet_seconds:.0f} of them the supernet's", file=sys.stderr, flush=True)
        weights = shared_weights.load(Path(place) / "shared" / "supernet.npz")
        students = [Genotype.from_record(trial["genotype"]) for trial in found["scratch"]]
        untrained = [untrained_accuracy(weights, student, data.train, data.validation) for student in students]
    about = dict(case=name, seed=seed, supernet_seconds=supernet_seconds, untrained=untrained)
    return journal.append("pair", key=key, **about, **found)


class _TimeOver(Exception):
    """As long as the other search took is over."""


def _context(experiment: Experiment, data, folder: Path, journal):
    from experiments.run.context import Context
    from experiments.run.display import Display

    return Context(experiment=experiment, data=data, folder=folder, journal=journal, display=Display())


def _searched(context, bank, limit: float) -> tuple[list[dict], float]:
    from experiments.searching.supernet import train_supernet
    from experiments.training.student import Job, StudentTraining
    from search.problem import Problem
    from search.search import search
    from search.trial import TrialResult

    experiment, data = context.experiment, context.data
    priced = LatencyProfile.from_json(PROFILE.read_text())
    # No latency is limited here; what the profile has not seen is free.
    profile = replace(priced, seen=(True,) * len(priced.seen))
    shared = dict(experiment=experiment, recipe=experiment.student, folder=context.folder)
    training = StudentTraining(**shared, splits=data.splits, bank=bank)
    started = time.process_time()
    train_supernet(context, bank, profile)
    spent = supernet_seconds = time.process_time() - started
    trials = []

    def evaluate(trial, rung, genotype, cost):
        nonlocal spent
        if spent >= limit:
            raise _TimeOver
        started = time.process_time()
        accuracy = training.run(Job(trial=trial, rung=rung, genotype=genotype), lambda epoch, metrics: None)
        seconds = time.process_time() - started
        spent += seconds
        figures = dict(accuracy=accuracy, size_bytes=cost.size_bytes, seconds=spent)
        trials.append(dict(genotype=genotype.to_record(), **figures))
        return TrialResult(
            trial=trial, rung=rung, genotype=genotype, validation_accuracy=accuracy, cost=cost, seconds=seconds
        )

    with contextlib.suppress(_TimeOver):
        search(
            Problem(space=experiment.space, task=data.task, budget=experiment.budget, profile=profile),
            experiment.search,
            evaluate,
            seed=experiment.seed,
            journal=context.journal,
            folder=context.folder,
        )
    return trials, supernet_seconds


if __name__ == "__main__":
    main(tyro.cli(Settings, prog="python -m experiments.benchmarks.weight_sharing", description=__doc__))
