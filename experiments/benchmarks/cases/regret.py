"""Regret of one search of the table's space: what it misses of the best in accuracy and in hypervolume."""

import random
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from deploy.cost import StudentCost
from experiments.benchmarks.cases.table import EPOCHS, SEEDS, SPACE, TASK, short
from experiments.benchmarks.cases.truth import BUDGET, Truth
from search.genotype import Genotype
from search.settings import Search
from search.trial import TrialResult

EVALUATIONS = 100
"""Students that a search could train to the last of EPOCHS in its time."""


@dataclass(frozen=True, kw_only=True)
class Regrets:
    """The regrets of one search, and its length."""

    final: float
    """In accuracy."""
    volume: float
    """In hypervolume, as a share of the best, on average over the search."""
    epochs: float
    students: float


def regrets_of(truth: Truth, settings: Search, seed: int) -> Regrets:
    """Run one search on the table, with the accuracies of one seed for each student."""
    from search.journal import Journal
    from search.problem import Problem
    from search.search import search

    spent = 0
    volumes: list[tuple[int, float]] = []
    reached: dict[str, int] = {}
    seen: dict[str, float] = {}
    epochs_in_all = EVALUATIONS * EPOCHS[-1]

    def evaluate(trial: str, rung: int, genotype: Genotype, cost: StudentCost) -> TrialResult:
        nonlocal spent
        name = short(genotype)
        column = rung if len(settings.epochs) > 1 else len(EPOCHS) - 1
        drawn = random.Random(f"{seed} {name}").choice(SEEDS)
        accuracy = truth.table[name][drawn][column]
        if column == len(EPOCHS) - 1:
            seen[name] = accuracy
        reached[name] = column
        spent += settings.epochs[rung]
        volumes.append((spent, truth.volume_of(reached)))
        return TrialResult(
            trial=trial, rung=rung, genotype=genotype, validation_accuracy=accuracy, cost=cost, seconds=0.0
        )

    with tempfile.TemporaryDirectory() as folder:
        search(
            Problem(space=SPACE, task=TASK, budget=BUDGET, profile=truth.profile),
            settings,
            evaluate,
            seed=seed,
            journal=Journal(Path(folder) / "journal.jsonl"),
            folder=Path(folder),
        )
    # The volume after each epoch, until the time is over.
    steps = [volume for volume, (end, start) in zip(
        [0.0, *(volume for _, volume in volumes)],
        zip([*(end for end, _ in volumes), epochs_in_all], [0, *(end for end, _ in volumes)]),
    ) for _ in range(max(0, min(end, epochs_in_all) - min(start, epochs_in_all)))]  # fmt: skip
    incumbent = max(seen, key=lambda name: seen[name])
    return Regrets(
        final=truth.best - truth.accuracy[incumbent],
        volume=float(np.mean([truth.volume - volume for volume in steps]) / truth.volume),
        epochs=float(spent),
        students=float(len(reached)),
    )
