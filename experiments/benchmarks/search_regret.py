"""Regret of each oracle: searches of a space whose students are all known, against random search.

Each search may train for as long as 100 students take, inside a budget. Regret is what it misses: in accuracy, of the
student with the best accuracy that was seen, against the best of all that keep the budget; in hypervolume (error,
latency, bytes), of the students that were tried, on average over the search. A student counts with its mean over the
table's seeds; a search sees that of one seed, as a real one does.
"""

import random
import statistics
import sys
import tempfile
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
import tyro

from deploy.cost import StudentCost
from experiments.benchmarks.cases.report import Goal, report
from experiments.benchmarks.cases.truth import BUDGET, Truth
from experiments.benchmarks.tabulate import EPOCHS, SEEDS, SPACE, TASK, short
from search.genotype import Genotype
from search.settings import Search
from search.trial import TrialResult

EVALUATIONS = 100
"""Students that a search could train to the last of EPOCHS in its time."""

_FULL = Search(trials=EVALUATIONS, epochs=(EPOCHS[-1],), survivors=())
_RUNGS = tuple(b - a for a, b in zip((0, *EPOCHS), EPOCHS))
# 2.3 epochs for each student of the first rung: all rungs together take as long as 100 trained to the end.
_HALVED = Search(
    oracle="random",
    trials=9 * EVALUATIONS * 3 // 7,
    epochs=_RUNGS,
    survivors=(9 * EVALUATIONS // 7, 9 * EVALUATIONS // 21),
)
METHODS: dict[str, Search] = {
    "random": replace(_FULL, oracle="random"),
    "bayesian": replace(_FULL, oracle="bayesian"),
    "evolution": replace(_FULL, oracle="evolution"),
    "nsga2": replace(_FULL, oracle="nsga2"),
    "hypervolume": replace(_FULL, oracle="hypervolume"),
    "hyperband": Search(oracle="hyperband", trials=276, epochs=_RUNGS, survivors=(1, 1)),
    "halving": _HALVED,
    "asha": replace(_HALVED, promotion="asynchronous"),
}
"""Every oracle on one rung, and the ways of training by rungs, each for the same number of epochs."""
DEFAULT = "hypervolume"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The methods and searches to compare."""

    methods: tuple[str, ...] = tuple(METHODS)
    """Against random, which is always there."""
    seeds: int = 20
    """Searches of each."""
    json: tyro.conf.FlagCreatePairsOff[bool] = False
    """Print one JSON object."""


@dataclass(frozen=True, kw_only=True)
class Regrets:
    """The regrets of one search, and its length."""

    final: float
    """In accuracy."""
    volume: float
    """In hypervolume, as a share of the best, on average over the search."""
    epochs: float
    students: float


def main(settings: Settings) -> None:
    """Search and compare."""
    truth = Truth()
    regrets: dict[str, dict[str, list[float]]] = {}
    for method in dict.fromkeys(("random", *settings.methods)):
        runs = []
        for seed in range(settings.seeds):
            runs.append(_regrets(truth, METHODS[method], seed))
        names = [field.name for field in fields(Regrets)]
        regrets[method] = {name: [getattr(run, name) for run in runs] for name in names}
        print(f"{method}: {settings.seeds} searches done", file=sys.stderr, flush=True)
    share = len(truth.fitting) / len(truth.costs)
    lines = [
        f"{len(truth.costs):,} students of which {share:.0%} keep the budget; best {truth.best:.2%}; "
        f"{settings.seeds} searches of {EVALUATIONS * EPOCHS[-1]} epochs each",
        f"{'':<13}{'final regret':>13}{'x random (95 %)':>22}{'volume regret':>16}{'x random (95 %)':>22}",
    ]
    ratios = {}
    for method, figures in regrets.items():
        columns = []
        for name in ("final", "volume"):
            ratios[method, name] = _ratio(figures[name], regrets["random"][name])
            ratio, low, high = ratios[method, name]
            columns.append(f"{100 * statistics.mean(figures[name]):>11.3f} % {ratio:>7.2f} ({low:.2f} to {high:.2f})")
        lines.append(f"{method:<13}" + "  ".join(columns))
    default = DEFAULT in settings.methods
    goals = [
        Goal(
            goal=f"final regret of {DEFAULT} against random's",
            target=0.35,
            figure=ratios[DEFAULT, "final"][0] if default else None,
            at_most=True,
        ),
        Goal(
            goal=f"hypervolume regret over the search of {DEFAULT} against random's",
            target=0.5,
            figure=ratios[DEFAULT, "volume"][0] if default else None,
            at_most=True,
        ),
    ]
    figures = dict(students=len(truth.costs), keep_the_budget=share, best=truth.best, seeds=settings.seeds)
    intervals = {f"{method} {name}": ratio for (method, name), ratio in ratios.items()}
    report(
        "search_regret",
        lines=lines,
        figures=dict(**figures, regrets=regrets, ratios_with_intervals=intervals),
        goals=goals,
        as_json=settings.json,
    )


def _ratio(regrets: list[float], of_random: list[float]) -> tuple[float, float, float]:
    """Ratio of the means, with a 95 % bootstrap interval over the searches."""
    rng, ratios = np.random.default_rng(0), []
    for _ in range(2_000):
        both = [np.mean(rng.choice(values, len(values))) for values in (regrets, of_random)]
        ratios.append(both[0] / both[1])
    low, high = np.quantile(ratios, [0.025, 0.975])
    return statistics.mean(regrets) / statistics.mean(of_random), float(low), float(high)


def _regrets(truth: Truth, settings: Search, seed: int) -> Regrets:
    """One search."""
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


if __name__ == "__main__":
    main(tyro.cli(Settings, prog="python -m experiments.benchmarks.search_regret", description=__doc__))
