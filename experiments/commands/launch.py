"""An experiment's fields and how to run it, parsed from a command line, and the run itself."""

import json
import sys
import time
from dataclasses import dataclass
from typing import Annotated

import tyro

from experiments.commands.arguments import Flag
from experiments.commands.exit import reporting_errors, training
from experiments.errors import UserError
from experiments.experiment import Experiment

_BASELINE_SEEDS = 3
_RUN = (
    "Run the experiment: teacher, search, files, proof. Interrupted, the same command goes on where it stopped. Every "
    "field can be overridden; those that change the values start a run of their own."
)


@dataclass(frozen=True, kw_only=True)
class Launch:
    """One launch of an experiment."""

    experiment: Annotated[Experiment, tyro.conf.arg(name="")]
    workers: int | None = None
    """Students that are trained at once: several take a process each, with one GPU, or else one thread. None is
    one for each GPU (one where there is none), or as many as the cluster has room for; more share GPUs in turn."""
    cluster: str | None = None
    """Train on the Ray cluster at this address (HOST:PORT, or auto for the one that this machine is a node of);
    local starts one on this machine for as long as the search takes."""
    baselines: Flag = False
    """Train what the search is held against too: random search for as long, MobileNets, the winner untaught."""
    baseline_seeds: int | None = None
    """Seeds of each baseline, 2 or more: they are what the intervals come from. None is 3."""
    dry_run: Flag = False
    """Measure the speeds, show the plan of the hours, and stop; nothing is trained or kept."""
    json: Flag = False
    """Print the outcome, or the plan of a dry run, as one JSON object."""

    def require_sound(self) -> None:
        """Raise `UserError` for options that contradict each other or are out of range."""
        seeds = self.baseline_seeds
        if self.workers is not None and self.workers < 1:
            raise UserError(f"--workers is {self.workers}: it must be 1 or more")
        if seeds is not None and not self.baselines:
            raise UserError(f"--baseline-seeds is {seeds}, and there are no baselines: give --baselines too")
        if seeds is not None and seeds < 2:
            raise UserError(f"--baseline-seeds is {seeds}: an interval needs 2 or more")
        if self.dry_run and self.experiment.hours is None:
            raise UserError("--dry-run shows the plan of a run in hours: give --hours too, such as --hours 3")

    def run(self) -> None:
        """Run the experiment to its end and print the outcome; or print the plan of its hours alone."""
        if self.dry_run:
            self._show_plan()
            return
        # Imports take some seconds, which are of the hours.
        began = time.monotonic()
        with training("What was finished is kept") as display:
            from experiments.baselines.comparison import Comparison
            from experiments.baselines.report import comparison_text
            from experiments.pipeline import run
            from experiments.reports.summary import summary

            seeds = (self.baseline_seeds or _BASELINE_SEEDS) if self.baselines else 0
            outcome = run(
                self.experiment,
                display,
                workers=self.workers,
                cluster=self.cluster,
                baseline_seeds=seeds,
                began=began,
            )
        print(json.dumps(outcome.to_record()) if self.json else summary(outcome))
        if isinstance(outcome.baselines, Comparison) and not self.json:
            print(comparison_text(outcome.baselines))

    def _show_plan(self) -> None:
        began = time.monotonic()
        with training("Nothing was kept", goes_on=False) as display:
            from experiments.planning.dry_run import dry_run
            from experiments.reports.plan import plan_text

            plan = dry_run(self.experiment, display, began=began)
        print(json.dumps(plan.to_record()) if self.json else plan_text(plan))


def launch(experiment: Experiment, arguments: list[str] | None = None) -> None:
    """Parse overrides of an experiment's fields, run it, and print the outcome. Exits with a status."""
    with reporting_errors():
        parse(experiment, sys.argv[1:] if arguments is None else arguments).run()


def parse(default: Experiment, arguments: list[str], *, command: str = "run", description: str = _RUN) -> Launch:
    """The experiment with overridden fields, and how to run it. Exits with 2 on an unknown field."""
    try:
        parsed = tyro.cli(
            Launch,
            default=Launch(experiment=default),
            args=arguments,
            prog=f"potstill {command} {default.name}",
            description=description,
        )
        parsed.experiment.teacher.refuse_unused(default.teacher)
    except ValueError as error:
        raise UserError(str(error)) from error
    parsed.require_sound()
    return parsed
