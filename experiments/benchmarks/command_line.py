"""Start-up time of `potstill --help`, beside that of `python -c pass`, which no command can be under.

The two take turns, each in a new process; medians count. Run it on a quiet machine.
"""

import statistics
import subprocess
import sys
import time
from dataclasses import dataclass

import tyro

from experiments.benchmarks.cases.report import Goal, report

COMMANDS = {
    "help": [sys.executable, "-m", "experiments.cli", "--help"],
    "python": [sys.executable, "-c", "pass"],
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Extent of the measurement."""

    rounds: int = 15
    """Starts of each command, by turns, after one start of each that does not count."""
    json: tyro.conf.FlagCreatePairsOff[bool] = False
    """Print one JSON object."""


def main(settings: Settings) -> None:
    """Measure and print."""
    seconds = {name: [] for name in COMMANDS}
    for number in range(settings.rounds + 1):
        for name, command in COMMANDS.items():
            taken = _seconds(command)
            if number:
                seconds[name].append(taken)
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    report(
        "command_line",
        lines=[
            f"{'':<20}{'median':>10}{'least':>10}{'most':>10}",
            *(
                f"{name:<20}{medians[name]:>8.3f} s{min(values):>8.3f} s{max(values):>8.3f} s"
                for name, values in seconds.items()
            ),
        ],
        figures=dict(seeds=[], rounds=settings.rounds, seconds=seconds, median_seconds=medians),
        goals=[
            Goal(goal="seconds of `potstill --help`, median", target=0.5, figure=medians["help"], at_most=True),
            Goal(
                goal="seconds of it beyond Python's own start, median",
                target=0.4,
                figure=medians["help"] - medians["python"],
                at_most=True,
            ),
        ],
        as_json=settings.json,
    )


def _seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


if __name__ == "__main__":
    main(tyro.cli(Settings, prog="python -m experiments.benchmarks.command_line", description=__doc__))
