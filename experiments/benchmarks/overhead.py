"""Seconds that a run's parts take beside training steps.

A trial of `digits` is trained on both rungs and scored; the bank of `cifar10`'s teacher is filled beside the training
of MLPerf Tiny's ResNet-8, with and without it; both on one thread and by the processor's clock, so that other work on
the machine counts for little. Trainings with the halves of a batch beside each other are held against those of whole
batches, on all cores, for which the machine must be quiet. Medians over random students, and over rounds.
"""

import statistics
from dataclasses import asdict, dataclass

import tyro

from experiments.benchmarks.cases.report import Goal, report


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Extent of the measurement."""

    students: int = 5
    """Random students, after one that does not count."""
    examples: int = 2_000
    """Training examples of the bank, and of the trainings in halves."""
    rounds: int = 3
    """Banks that are filled, and trainings of each kind, by turns."""
    json: tyro.conf.FlagCreatePairsOff[bool] = False
    """Print one JSON object."""


def main(settings: Settings) -> None:
    """Measure and print."""
    from experiments.training.local_worker import start_tensorflow

    start_tensorflow(one_thread=True)
    from experiments.benchmarks.overhead_cases.bank import EPOCHS, VIEWS, bank_seconds
    from experiments.benchmarks.overhead_cases.halves import halves_rates
    from experiments.benchmarks.overhead_cases.trial import trials

    halves = halves_rates(settings.examples, settings.rounds)
    bank = bank_seconds(settings.examples, settings.rounds)
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
            "",
            f"a row of cifar10's bank: {1e3 * bank.row_before_s:.2f} ms in float32, each mirror image by itself; "
            f"{1e3 * bank.row_s:.2f} ms in {bank.precision}, both at once",
            f"an image of ResNet-8's training: {1e3 * bank.plain_image_s:.2f} ms plain, "
            f"{1e3 * bank.distilled_image_s:.2f} ms distilled",
            f"distillation over plain training, {VIEWS} views and {EPOCHS} epochs: {bank.ratio(bank.row_before_s):.2f} "
            f"before, {bank.ratio(bank.row_s):.2f} now",
            *(
                f"{name} trains at {statistics.median(rates.halves):,.0f} images/s in halves, "
                f"{statistics.median(rates.whole):,.0f} whole: {rates.ratio:.2f} times"
                for name, rates in halves.items()
            ),
        ],
        figures=dict(
            seeds=[0],
            trials=[asdict(trial) for trial in measured],
            bank=asdict(bank),
            halves={name: asdict(rates) for name, rates in halves.items()},
        ),
        goals=[
            Goal(
                goal=f"distillation over plain training, {VIEWS} views filled and {EPOCHS} epochs",
                target=1.25,
                figure=bank.ratio(bank.row_s),
                at_most=True,
            )
        ],
        as_json=settings.json,
    )


if __name__ == "__main__":
    main(tyro.cli(Settings, prog="python -m experiments.benchmarks.overhead", description=__doc__))
