"""What compression costs and brings, on students of two data sets, several seeds each.

A student is trained under its teacher and then compressed in several ways; each file was trained on for as many epochs
as the one that it is held against. Accuracies are the files' on the test split; what is chosen is chosen on validation.
Latencies that are compared were measured side by side. Finished trainings are kept, so that an interrupted run goes on.
"""

import statistics
from dataclasses import dataclass
from typing import Literal

import tyro

from experiments.benchmarks.cases.report import Goal, report

Name = Literal["cifar10", "spoken_digit"]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What is measured."""

    datasets: tuple[Name, ...] = Name.__args__
    """Data sets."""
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    """Seeds of the students and of the order of examples."""
    split: Literal["test", "validation"] = "test"
    """Whose accuracy is measured; settings are chosen on validation, with other seeds."""
    json: tyro.conf.FlagCreatePairsOff[bool] = False
    """Print one JSON object."""


def main(settings: Settings) -> None:
    """Measure and print."""
    from experiments.run.frameworks import quiet_libraries

    quiet_libraries()
    from experiments.benchmarks.cases.compression_figures import figures_of

    found = [figures_of(name, seed, settings.split) for name in settings.datasets for seed in settings.seeds]
    lines = []
    for each in found:
        lines.append(
            f"{each['dataset']}, seed {each['seed']}: float {each['float_accuracy']:.2%}, "
            f"deployed as {each['deployed']['compression']}: {each['deployed']['accuracy']:.2%}"
        )
        lines += [
            f"  {name:<18}{arm['accuracy']:.2%}{arm['size_bytes']:>9,} bytes{arm['gzip_bytes']:>9,} gzip"
            f"{1e3 * arm['latency_ms']:>9.2f} µs{arm['macs']:>12,} MACs"
            for name, arm in {**each["arms"], "searched": each["searched"]}.items()
        ]
        lines.append(f"  searched is {each['searched']['compression']}, after {each['searched']['attempts']} attempts")
    report(
        "compression",
        lines=lines,
        figures=dict(split=settings.split, seeds=settings.seeds, students=found),
        goals=goals_of(found, len(settings.seeds)),
        as_json=settings.json,
    )


def goals_of(found: list[dict], seeds: int) -> list[Goal]:
    """The issue's goals, not measured with fewer than five seeds of both data sets."""
    enough = seeds >= 5 and len({each["dataset"] for each in found}) == 2

    def goal(text: str, target: float, figure: float, at_most: bool = True) -> Goal:
        return Goal(goal=text, target=target, figure=figure if enough else None, at_most=at_most)

    def points(arm: str, other: str) -> list[float]:
        return [100 * (each["arms"][arm]["accuracy"] - each["arms"][other]["accuracy"]) for each in found]

    def ratios(arm: str, figure: str, other: str = "dense") -> list[float]:
        return [each["arms"][arm][figure] / each["arms"][other][figure] for each in found]

    drops = [100 * (each["float_accuracy"] - each["deployed"]["accuracy"]) for each in found]
    wins = [each["searched"]["smaller_or_faster"] and each["searched"]["as_accurate"] for each in found]
    return [
        goal("points lost from float to deployed int8, mean", 0.10, statistics.mean(drops)),
        goal("points lost from float to deployed int8, worst", 0.30, max(drops)),
        goal(
            "agreement of QAT model and file, least",
            0.999,
            min(each["arms"]["dense"]["agreement"] for each in found),
            at_most=False,
        ),
        goal("bytes of a file over those of weights and biases, worst", 1.15, max(each["overhead"] for each in found)),
        goal(
            "latency at half of the MACs over the dense file's, mean",
            0.65,
            statistics.mean(ratios("channels", "latency_ms", "dense, longer")),
        ),
        goal("points lost at half of the MACs, mean", 0.50, statistics.mean(points("dense, longer", "channels"))),
        goal(
            "gzip bytes with 50 % zeros over the dense file's, mean",
            0.60,
            statistics.mean(ratios("zeros", "gzip_bytes")),
        ),
        goal("points lost with 50 % zeros, mean", 0.30, statistics.mean(points("dense", "zeros"))),
        goal(
            "gzip bytes with 50 % zeros and 16 clusters over the dense file's, mean",
            0.60,
            statistics.mean(ratios("zeros, clusters", "gzip_bytes")),
        ),
        goal(
            "points lost with 50 % zeros and 16 clusters, mean",
            0.30,
            statistics.mean(points("dense", "zeros, clusters")),
        ),
        goal("share of students where the search beats always-PQAT", 1.0, statistics.mean(wins), at_most=False),
    ]


if __name__ == "__main__":
    main(tyro.cli(Settings, prog="python -m experiments.benchmarks.compression", description=__doc__))
