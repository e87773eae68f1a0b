"""Costs and gains of compression, on students of two data sets, several seeds each.

A student is trained under its teacher and then compressed in several ways; each file was trained on for as many epochs
as the one that it is held against. Accuracies are the files' on the test split; what is chosen is chosen on validation.
Latencies that are compared were measured side by side. Finished trainings are kept, so that an interrupted run goes on.
"""

import statistics
from dataclasses import dataclass
from typing import Literal, get_args

import tyro

from experiments.benchmarks.cases.report import Goal, report
from experiments.benchmarks.compression_cases.figures import StudentFigures

Name = Literal["cifar10", "spoken_digit"]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The students and the split to measure."""

    datasets: tuple[Name, ...] = get_args(Name)
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
    from experiments.benchmarks.compression_cases.compress_student import figures_of

    students = [figures_of(name, seed, settings.split) for name in settings.datasets for seed in settings.seeds]
    lines = []
    for student in students:
        searched, deployed = student.searched, student.deployed
        lines.append(
            f"{student.dataset}, seed {student.seed}: float {student.float_accuracy:.2%}, "
            f"deployed as {deployed.attempt.compression}: {deployed.accuracy:.2%}"
        )
        lines += [
            f"  {name:<18}{arm.accuracy:.2%}{arm.attempt.size_bytes:>9,} bytes{arm.attempt.gzip_bytes:>9,} gzip"
            f"{1e3 * arm.latency_ms:>9.2f} µs{arm.attempt.macs:>12,} MACs"
            for name, arm in {**student.arms, "searched": searched.figures}.items()
        ]
        lines.append(f"  searched is {searched.figures.attempt.compression}, after {searched.attempts} attempts")
    report(
        "compression",
        lines=lines,
        figures=dict(
            split=settings.split, seeds=settings.seeds, students=[student.to_record() for student in students]
        ),
        goals=goals_of(students, len(settings.seeds)),
        as_json=settings.json,
    )


def goals_of(students: list[StudentFigures], seeds: int) -> list[Goal]:
    """The issue's goals, not measured with fewer than five seeds of both data sets."""
    enough = seeds >= 5 and len({student.dataset for student in students}) == 2

    def goal(text: str, target: float, figure: float, at_most: bool = True) -> Goal:
        return Goal(goal=text, target=target, figure=figure if enough else None, at_most=at_most)

    def points(arm: str, other: str) -> list[float]:
        return [100 * (student.arms[arm].accuracy - student.arms[other].accuracy) for student in students]

    def gzip_ratios(arm: str) -> list[float]:
        return [student.arms[arm].attempt.gzip_bytes / student.arms["dense"].attempt.gzip_bytes for student in students]

    latency_ratios = [
        student.arms["channels"].latency_ms / student.arms["dense, longer"].latency_ms for student in students
    ]
    drops = [100 * (student.float_accuracy - student.deployed.accuracy) for student in students]
    wins = [student.searched.smaller_or_faster and student.searched.as_accurate for student in students]
    return [
        goal("points lost from float to deployed int8, mean", 0.10, statistics.mean(drops)),
        goal("points lost from float to deployed int8, worst", 0.30, max(drops)),
        goal(
            "agreement of QAT model and file, least",
            0.999,
            min(student.arms["dense"].agreement for student in students),
            at_most=False,
        ),
        goal(
            "bytes of a file over those of weights and biases, worst",
            1.15,
            max(student.overhead for student in students),
        ),
        goal(
            "latency at half of the MACs over the dense file's, mean",
            0.65,
            statistics.mean(latency_ratios),
        ),
        goal("points lost at half of the MACs, mean", 0.50, statistics.mean(points("dense, longer", "channels"))),
        goal(
            "gzip bytes with 50 % zeros over the dense file's, mean",
            0.60,
            statistics.mean(gzip_ratios("zeros")),
        ),
        goal("points lost with 50 % zeros, mean", 0.30, statistics.mean(points("dense", "zeros"))),
        goal(
            "gzip bytes with 50 % zeros and 16 clusters over the dense file's, mean",
            0.60,
            statistics.mean(gzip_ratios("zeros, clusters")),
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
