"""Gain of a supernet: searches whose students start from its weights, against searches that train from scratch.

Both are judged at equal CPU-seconds of training, on one thread, the supernet's among them: by the best accuracy on
validation, and by the hypervolume of (error, bytes), of the students that were done by the end of the shorter search.
Also: does a student's accuracy as it inherits, without any training of its own, tell what it reaches from scratch?

Earlier searches are read from a journal: interrupted, the same command goes on.
"""

import statistics
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import tyro

from deploy.budget import Budget
from experiments.benchmarks.cases import table
from experiments.benchmarks.cases.report import Goal, report
from experiments.benchmarks.cases.supernet_pair import Case, Pair
from experiments.digits import EXPERIMENT as DIGITS
from experiments.fashion_mnist import EXPERIMENT as FASHION_MNIST
from search.hypervolume import hypervolume
from search.settings import Search

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
            data=table.DATA,
            views=8,
            space=table.SPACE,
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


def main(settings: Settings) -> None:
    """Search and compare."""
    from experiments.run.frameworks import quiet_libraries

    quiet_libraries()
    import tensorflow as tf

    from experiments.benchmarks.cases.search_pair import search_pair

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    lines: list[str] = []
    figures: dict[str, dict[str, list[float]]] = {}
    for name in settings.cases:
        case = CASES[name]
        pairs = [_judged(case, search_pair(name, case, seed)) for seed in settings.seeds]
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


if __name__ == "__main__":
    main(tyro.cli(Settings, prog="python -m experiments.benchmarks.weight_sharing", description=__doc__))
