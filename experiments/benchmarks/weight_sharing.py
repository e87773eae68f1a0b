"""Gain of a supernet: searches whose students start from its weights, against searches that train from scratch.

Both are judged at equal CPU-seconds of training, on one thread, the supernet's among them: by the best accuracy on
validation, and by the hypervolume of (error, bytes), of the students that were done by the end of the shorter search.
Also: does a student's accuracy as it inherits, without any training of its own, tell what it reaches from scratch?

Earlier searches are read from a journal: interrupted, the same command goes on.
"""

import contextlib
import math
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Literal, get_args

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
from search.genotype import Genotype
from search.hypervolume import hypervolume
from search.journal import Journal
from search.settings import Search


@dataclass(frozen=True, kw_only=True)
class Case:
    """An experiment, and the two searches that are compared; the supernets were chosen with seed 100."""

    experiment: Experiment
    scratch: Search
    shared: Search
    """It ends, at the latest, when it has taken as long as the other."""


Name = Literal["digits", "fashion_mnist"]

CASES: dict[str, Case] = {
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
    """The cases and seeds to compare."""

    cases: tuple[Name, ...] = get_args(Name)
    """Data sets."""
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    """Of views, weights and search; teachers are the same for all."""
    json: tyro.conf.FlagCreatePairsOff[bool] = False
    """Print one JSON object."""


@dataclass(frozen=True, kw_only=True)
class TimedTrial:
    """A student of a search."""

    genotype: Genotype
    accuracy: float
    """On validation."""
    size_bytes: int
    """Estimated."""
    seconds: float
    """CPU-seconds from the search's start to the training's end, the supernet's included."""

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        figures = dict(accuracy=self.accuracy, size_bytes=self.size_bytes, seconds=self.seconds)
        return dict(genotype=self.genotype.to_record(), **figures)

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "TimedTrial":
        """The inverse of `to_record`."""
        return cls(**{**record, "genotype": Genotype.from_record(record["genotype"])})


@dataclass(frozen=True, kw_only=True)
class Searched:
    """One search."""

    trials: tuple[TimedTrial, ...]
    """In order."""
    supernet_seconds: float
    """CPU-seconds of the supernet; of none next to nothing."""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Both searches of a seed, under a key of all that decides them."""

    kind: ClassVar[str] = "pair"

    key: str
    case: str
    seed: int
    scratch: tuple[TimedTrial, ...]
    shared: tuple[TimedTrial, ...]
    supernet_seconds: float
    untrained: tuple[float, ...]
    """Accuracies of the students from scratch as they would inherit, without training."""

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        return dict(
            key=self.key,
            case=self.case,
            seed=self.seed,
            scratch=[trial.to_record() for trial in self.scratch],
            shared=[trial.to_record() for trial in self.shared],
            supernet_seconds=self.supernet_seconds,
            untrained=list(self.untrained),
        )

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Pair":
        """The inverse of `to_record`."""
        return cls(
            key=record["key"],
            case=record["case"],
            seed=record["seed"],
            scratch=tuple(TimedTrial.from_record(trial) for trial in record["scratch"]),
            shared=tuple(TimedTrial.from_record(trial) for trial in record["shared"]),
            supernet_seconds=record["supernet_seconds"],
            untrained=tuple(record["untrained"]),
        )


def main(settings: Settings) -> None:
    """Search and compare."""
    from experiments.run.frameworks import quiet_libraries

    quiet_libraries()
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    lines: list[str] = []
    figures: dict[str, dict[str, list[float]]] = {}
    for name in settings.cases:
        case = CASES[name]
        pairs = [_judged(case, _pair(name, case, seed)) for seed in settings.seeds]
        figures[name] = {key: [pair[key] for pair in pairs] for key in pairs[0]}
        lines.append(f"{name}, {len(pairs)} seeds, medians:")
        for key, values in figures[name].items():
            low, high = _interval(values)
            lines.append(f"  {key:<34}{statistics.median(values):9.4f}  ({low:.4f} to {high:.4f})")
    goals = [
        Goal(
            goal=f"{name}: accuracy that a supernet gains at equal seconds, lower end of the interval",
            target=0.0,
            figure=_interval(figures[name]["accuracy gained"])[0],
        )
        for name in settings.cases
    ]
    report(
        "weight_sharing",
        lines=lines,
        figures=dict(seeds=settings.seeds, figures=figures),
        goals=goals,
        as_json=settings.json,
    )


def _interval(values: list[float]) -> tuple[float, float]:
    """95 % bootstrap interval of the median."""
    drawn = np.random.default_rng(0).choice(values, (2_000, len(values)))
    low, high = np.quantile(np.median(drawn, axis=1), [0.025, 0.975])
    return float(low), float(high)


def _judged(case: Case, pair: Pair) -> dict[str, float]:
    """Both searches of a seed, at the seconds of the shorter."""
    from scipy.stats import spearmanr

    size_limit = case.experiment.budget.size_bytes
    assert size_limit is not None, "cases limit the bytes"
    seconds = min(pair.scratch[-1].seconds, pair.shared[-1].seconds)
    judged = {"seconds": seconds, "seconds of the supernet": pair.supernet_seconds}
    for arm, trials in (("scratch", pair.scratch), ("shared", pair.shared)):
        done = [trial for trial in trials if trial.seconds <= seconds]
        points = [(1 - trial.accuracy, trial.size_bytes / size_limit) for trial in done]
        judged[f"students {arm}"] = len(done)
        judged[f"best accuracy {arm}"] = max(trial.accuracy for trial in done)
        judged[f"median accuracy {arm}"] = statistics.median(trial.accuracy for trial in done)
        judged[f"hypervolume {arm}"] = hypervolume(points, (0.9, 1.0)) / 0.9
    judged["accuracy gained"] = judged["best accuracy shared"] - judged["best accuracy scratch"]
    judged["hypervolume gained"] = judged["hypervolume shared"] - judged["hypervolume scratch"]
    accuracies = [trial.accuracy for trial in pair.scratch]
    judged["rank correlation untrained"] = float(np.asarray(spearmanr(pair.untrained, accuracies))[0])
    return judged


def _pair(name: str, case: Case, seed: int) -> Pair:
    """Both searches with one seed: students in order, with CPU-seconds since the start when each was done."""
    from experiments.data.load import load
    from experiments.run import home
    from experiments.searching.supernet import untrained_accuracy
    from experiments.teachers.teach import fill, teacher_of
    from search import shared_weights

    folder = home.home() / "benchmarks"
    journal = Journal(folder / "weight_sharing.jsonl")
    parts = f"{case.experiment.to_json()} {case.scratch} {case.shared} {seed}"
    key = sha256_of(parts.encode())[:16]
    for earlier in journal.records(Pair):
        if earlier.key == key:
            return earlier
    data = load(case.experiment.data)
    context = _context(case.experiment, data, folder, journal)
    taught = teacher_of(context)
    seeded = replace(case.experiment, seed=seed)
    bank = fill(_context(seeded, data, folder, journal), taught)
    searches: dict[str, Searched] = {}
    with tempfile.TemporaryDirectory() as place:
        for arm in ("scratch", "shared"):
            experiment = replace(seeded, search=getattr(case, arm))
            at = Path(place) / arm
            at.mkdir()
            limit = searches["scratch"].trials[-1].seconds if searches else math.inf
            context = _context(experiment, data, at, Journal(at / "journal.jsonl"))
            searches[arm] = searched = _searched(context, bank, limit)
            best = max(trial.accuracy for trial in searched.trials)
            outcome = f"{name}, seed {seed}, {arm}: {best:.2%} in {searched.trials[-1].seconds:.0f} s"
            print(f"{outcome}, {searched.supernet_seconds:.0f} of them the supernet's", file=sys.stderr, flush=True)
        weights = shared_weights.load(Path(place) / "shared" / "supernet.npz")
        students = [trial.genotype for trial in searches["scratch"].trials]
        untrained = [untrained_accuracy(weights, student, data.train, data.validation) for student in students]
    return journal.append(
        Pair(
            key=key,
            case=name,
            seed=seed,
            scratch=searches["scratch"].trials,
            shared=searches["shared"].trials,
            supernet_seconds=searches["shared"].supernet_seconds,
            untrained=tuple(untrained),
        )
    )


class _TimeOver(Exception):
    """The time of the other search is over."""


def _context(experiment: Experiment, data, folder: Path, journal: Journal):
    from experiments.run.context import Context
    from experiments.run.display import Display

    return Context(experiment=experiment, data=data, folder=folder, journal=journal, display=Display())


def _searched(context, bank, limit: float) -> Searched:
    """A search, ended early once it has taken `limit` CPU-seconds."""
    from experiments.searching.supernet import train_supernet
    from experiments.training.student import Job, StudentTraining
    from search.problem import Problem
    from search.search import search
    from search.trial import TrialResult

    experiment, data = context.experiment, context.data
    priced = LatencyProfile.from_json(PROFILE.read_text())
    # No latency is limited here; what the profile has not seen is free.
    profile = replace(priced, seen=(True,) * len(priced.seen))
    training = StudentTraining(
        experiment=experiment, recipe=experiment.student, folder=context.folder, splits=data.splits, bank=bank
    )
    started = time.process_time()
    train_supernet(context, bank, profile)
    spent = supernet_seconds = time.process_time() - started
    trials: list[TimedTrial] = []

    def evaluate(trial, rung, genotype, cost):
        nonlocal spent
        if spent >= limit:
            raise _TimeOver
        started = time.process_time()
        accuracy = training.run(Job(trial=trial, rung=rung, genotype=genotype), lambda epoch, metrics: None)
        seconds = time.process_time() - started
        spent += seconds
        size_bytes = cost.size_bytes
        trials.append(TimedTrial(genotype=genotype, accuracy=accuracy, size_bytes=size_bytes, seconds=spent))
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
    return Searched(trials=tuple(trials), supernet_seconds=supernet_seconds)


if __name__ == "__main__":
    main(tyro.cli(Settings, prog="python -m experiments.benchmarks.weight_sharing", description=__doc__))
