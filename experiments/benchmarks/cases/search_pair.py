"""Two searches of a case with one seed: students that start from a supernet's weights, and students from scratch."""

import contextlib
import math
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

from deploy.cost import StudentCost
from deploy.digests import sha256_of
from deploy.latency.profile import LatencyProfile
from distill.bank.teacher_bank import TeacherBank
from experiments.benchmarks.cases.supernet_pair import Case, Pair, TimedTrial
from experiments.benchmarks.cases.truth import PROFILE
from experiments.data.load import DataSet
from experiments.experiment import Experiment
from experiments.run.context import Context
from experiments.run.display import Display
from search.genotype import Genotype
from search.journal import Journal
from search.trial import TrialResult


@dataclass(frozen=True, kw_only=True)
class Searched:
    """One search."""

    trials: tuple[TimedTrial, ...]
    """In order."""
    supernet_seconds: float
    """CPU-seconds of the supernet; of none next to nothing."""


def search_pair(name: str, case: Case, seed: int) -> Pair:
    """Run both searches with one seed, or read them from the journal of an earlier call."""
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
    teacher = teacher_of(context)
    seeded = replace(case.experiment, seed=seed)
    bank = fill(_context(seeded, data, folder, journal), teacher)
    searches: dict[str, Searched] = {}
    with tempfile.TemporaryDirectory() as place:
        for arm in ("scratch", "shared"):
            experiment = replace(seeded, search=getattr(case, arm))
            arm_folder = Path(place) / arm
            arm_folder.mkdir()
            limit = searches["scratch"].trials[-1].seconds if searches else math.inf
            context = _context(experiment, data, arm_folder, Journal(arm_folder / "journal.jsonl"))
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


def _context(experiment: Experiment, data: DataSet, folder: Path, journal: Journal) -> Context:
    return Context(experiment=experiment, data=data, folder=folder, journal=journal, display=Display())


def _searched(context: Context, bank: TeacherBank, limit: float) -> Searched:
    """A search, ended early once it has taken `limit` CPU-seconds."""
    from experiments.searching.supernet import train_supernet
    from experiments.training.student import Job, StudentTraining
    from search.problem import Problem
    from search.search import search

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

    def evaluate(trial: str, rung: int, genotype: Genotype, cost: StudentCost) -> TrialResult:
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
