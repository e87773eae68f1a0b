"""Regret of each oracle: searches of a space whose students are all known, against random search.

Each search may train for as long as 100 students take, inside a budget. Regret is what it misses: in accuracy, of the
student with the best accuracy that was seen, against the best of all that keep the budget; in hypervolume (error,
latency, bytes), of the students that were tried, on average over the search. A student counts with its mean over the
table's seeds; a search sees that of one seed, as a real one does.
"""

import statistics
import sys
from dataclasses import dataclass, fields, replace

import numpy as np
import tyro

from experiments.benchmarks.cases.regret import EVALUATIONS, Regrets, regrets_of
from experiments.benchmarks.cases.report import Goal, report
from experiments.benchmarks.cases.table import EPOCHS
from experiments.benchmarks.cases.truth import Truth
from search.settings import Search

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
    "best": replace(_FULL, oracle="hypervolume", aim="best"),
    "hyperband": Search(oracle="hyperband", trials=276, epochs=_RUNGS, survivors=(1, 1)),
    "halving": _HALVED,
    "asha": replace(_HALVED, promotion="asynchronous"),
}
"""Every oracle on one rung, hypervolume aimed at the best student alone, and training by rungs; each for
the same number of epochs."""
DEFAULT = "hypervolume"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The methods and searches to compare."""

    methods: tuple[str, ...] = tuple(METHODS)
    """Against random, which is always there."""
    seeds: int = 20
    """Searches of each."""
    trials: int = EVALUATIONS
    """Students of a search that trains each to the end; shorter searches than those of the goals have fewer."""
    json: tyro.conf.FlagCreatePairsOff[bool] = False
    """Print one JSON object."""


def main(settings: Settings) -> None:
    """Search and compare."""
    truth = Truth()
    regrets: dict[str, dict[str, list[float]]] = {}
    for method in dict.fromkeys(("random", *settings.methods)):
        searching = METHODS[method] if METHODS[method].survivors else replace(METHODS[method], trials=settings.trials)
        runs = [regrets_of(truth, searching, seed) for seed in range(settings.seeds)]
        names = [field.name for field in fields(Regrets)]
        regrets[method] = {name: [getattr(run, name) for run in runs] for name in names}
        print(f"{method}: {settings.seeds} searches done", file=sys.stderr, flush=True)
    share = len(truth.fitting) / len(truth.costs)
    lines = [
        f"{len(truth.costs):,} students of which {share:.0%} keep the budget; best {truth.best:.2%}; "
        f"{settings.seeds} searches of {settings.trials * EPOCHS[-1]} epochs each",
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
    default = DEFAULT in settings.methods and settings.trials == EVALUATIONS
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


if __name__ == "__main__":
    main(tyro.cli(Settings, prog="python -m experiments.benchmarks.search_regret", description=__doc__))
