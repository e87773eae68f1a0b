"""Two searches of a case with one seed: students that start from a supernet's weights, and students from scratch."""

import contextlib
import math
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from deploy.digests import sha256_of
from deploy.latency.profile import LatencyProfile
from experiments.benchmarks.cases.truth import PROFILE
from experiments.experiment import Experiment
from search.genotype import Genotype
from search.journal import Journal
from search.settings import Search


@dataclass(frozen=True, kw_only=True)
class Case:
    """An experiment, and the two searches that are compared; the supernets were chosen with seed 100."""

    experiment: Experiment
    scratch: Search
    shared: Search
    """It ends, at the latest, when it has taken as long as the other."""


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


def search_pair(name: str, case: Case, seed: int) -> Pair:
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
