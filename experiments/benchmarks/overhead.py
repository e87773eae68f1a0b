"""Seconds that a run's parts take beside training steps.

A trial of `digits` is trained on both rungs and scored, on one thread and by the processor's clock, so that other work
on the machine counts for little. Medians over random students.
"""

import statistics
from dataclasses import asdict, dataclass

import tyro

from experiments.benchmarks.cases.report import report


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Extent of the measurement."""

    students: int = 5
    """Random students, after one that does not count."""
    json: tyro.conf.FlagCreatePairsOff[bool] = False
    """Print one JSON object."""


def main(settings: Settings) -> None:
    """Measure and print."""
    from experiments.training.local_worker import start_tensorflow

    start_tensorflow(one_thread=True)
    from experiments.benchmarks.overhead_cases.trial import trials

    measured = trials(settings.students)
    rows = {
        "rung 0 beside steps": [trial.beside_by_rung[0] for trial in measured],
        "rung 0 steps": [trial.training_by_rung[0] for trial in measured],
        "rung 1 beside steps": [trial.beside_by_rung[1] for trial in measured],
        "rung 1 steps": [trial.training_by_rung[1] for trial in measured],
        "score": [trial.score for trial in measured],
        "all beside steps": [trial.beside for trial in measured],
    }
    report(
        "overhead",
        lines=[
            f"{'a trial of digits':<24}{'median':>10}{'least':>10}{'most':>10}",
            *(
                f"{name:<24}{statistics.median(row):>8.2f} s{min(row):>8.2f} s{max(row):>8.2f} s"
                for name, row in rows.items()
            ),
        ],
        figures=dict(seeds=[0], trials=[asdict(trial) for trial in measured]),
        goals=[],
        as_json=settings.json,
    )


if __name__ == "__main__":
    main(tyro.cli(Settings, prog="python -m experiments.benchmarks.overhead", description=__doc__))
