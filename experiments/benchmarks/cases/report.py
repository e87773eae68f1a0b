"""Output of every benchmark: a table, or with --json one object with raw figures, machine, versions and goals."""

import datetime
import json
import os
import platform
import sys
from dataclasses import asdict, dataclass

from experiments.reports.machine import versions


@dataclass(frozen=True, kw_only=True)
class Goal:
    """A target and the measured figure."""

    goal: str
    target: float
    figure: float | None
    """None where it was not measured."""
    at_most: bool = False
    """True where the figure should stay below the target instead of reaching it."""

    @property
    def met(self) -> bool | None:
        """None where it was not measured."""
        if self.figure is None:
            return None
        return self.figure <= self.target if self.at_most else self.figure >= self.target


def report(name: str, *, lines: list[str], figures: dict, goals: list[Goal], as_json: bool) -> None:
    """Print the result: JSON on standard output, or lines for people."""
    if as_json:
        command = f"python -m experiments.benchmarks.{name} {' '.join(sys.argv[1:])}"
        origin = dict(benchmark=name, command=command, machine=machine(), versions=versions())
        listed = [{**asdict(goal), "met": goal.met} for goal in goals]
        print(json.dumps({**origin, **figures, "goals": listed}))
        return
    print("\n".join(lines))
    for goal in goals:
        verdict = {True: "met", False: "MISSED", None: "not measured"}[goal.met]
        seen = "" if goal.figure is None else f"{goal.figure:.3g}, "
        bound = "at most" if goal.at_most else "at least"
        print(f"goal: {goal.goal}: {bound} {goal.target:g}; {seen}{verdict}")


def machine() -> dict:
    """The machine that this runs on."""
    from deploy.devices.host import processor

    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
    }
