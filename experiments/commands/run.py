"""Launching an experiment from its command line."""

import contextlib
import json as json_module
import signal
import sys
from dataclasses import dataclass
from typing import Annotated

import tyro

from experiments.errors import UserError
from experiments.experiment import Experiment
from experiments.run.frameworks import quiet_libraries, require_legacy_keras, terminated

_BASELINE_SEEDS = 3


def launch(experiment: Experiment, arguments: list[str] | None = None) -> None:
    """Parse overrides of an experiment's fields, run it, and print what was found. Exits with a status."""
    from experiments.commands.exit import reporting_errors

    with reporting_errors():
        _launch(experiment, sys.argv[1:] if arguments is None else arguments)


def parse(default: Experiment, arguments: list[str]) -> tuple[Experiment, dict, bool]:
    """The experiment with overridden fields, how to run it, if JSON is wanted. Exits with 2 on an unknown field."""

    @dataclass
    class Arguments:
        experiment: Annotated[Experiment, tyro.conf.arg(name="")] = default
        workers: int | None = None
        """Students that are trained at once: several take a process each, with one GPU, or else one thread. None is
        one, or as many as the cluster has room for."""
        cluster: str | None = None
        """Train on the Ray cluster at this address (HOST:PORT, or auto for the one that this machine is a node of);
        local starts one on this machine for as long as the search takes."""
        baselines: tyro.conf.FlagCreatePairsOff[bool] = False
        """Train what the search is held against too: random search for as long, MobileNets, the winner untaught."""
        baseline_seeds: int | None = None
        """Seeds of each baseline, 2 or more: they are what the intervals come from. None is 3."""
        json: tyro.conf.FlagCreatePairsOff[bool] = False
        """Print the outcome as one JSON object."""

    description = (
        f"Run the experiment {default.name}: teacher, search, files, proof. Interrupted, the same command goes on "
        "where it stopped. Every field can be overridden; those that change the values start a run of their own."
    )
    try:
        parsed = tyro.cli(Arguments, args=arguments, prog=f"potstill run {default.name}", description=description)
        parsed.experiment.teacher.refuse_unused(default.teacher)
        if parsed.workers is not None and parsed.workers < 1:
            raise ValueError(f"--workers is {parsed.workers}: it must be 1 or more")
        seeds = _baseline_seeds(parsed.baselines, parsed.baseline_seeds)
    except ValueError as error:
        raise UserError(str(error)) from error
    how = dict(workers=parsed.workers, cluster=parsed.cluster, baseline_seeds=seeds)
    return parsed.experiment, how, parsed.json


def _baseline_seeds(baselines: bool, seeds: int | None) -> int:
    """How many; 0 without baselines."""
    if seeds is not None and not baselines:
        raise ValueError(f"--baseline-seeds is {seeds}, and there are no baselines: give --baselines too")
    if seeds is not None and seeds < 2:
        raise ValueError(f"--baseline-seeds is {seeds}: an interval needs 2 or more")
    return (seeds or _BASELINE_SEEDS) if baselines else 0


def _launch(experiment: Experiment, arguments: list[str]) -> None:
    experiment, how, as_json = parse(experiment, arguments)
    require_legacy_keras()
    signal.signal(signal.SIGTERM, terminated)
    quiet_libraries()

    from experiments.baselines.report import told
    from experiments.pipeline import run
    from experiments.reports.summary import summary
    from experiments.run.display import Display

    try:
        # Standard output is the outcome's alone, whatever a library prints.
        with Display() as display, contextlib.redirect_stdout(sys.stderr):
            outcome = run(experiment, display, **how)
    except KeyboardInterrupt:
        print("\nstopped. What was finished is kept: the same command goes on from there.", file=sys.stderr)
        raise
    print(json_module.dumps(outcome.to_record()) if as_json else summary(outcome))
    if outcome.baselines is not None and not as_json:
        print(told(outcome.baselines))
