"""What a space holds for a budget, said before a second of training."""

import json as json_module
import sys
from dataclasses import asdict

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from deploy.budget import Budget
from experiments.errors import UserError
from experiments.searching.feasible import impossible
from search.feasibility import Feasibility, feasibility


def report_space(arguments: list[str]) -> None:
    """Show how much of an experiment's space keeps its budget, and what students cost; nothing is trained."""
    from deploy.bundle.metadata import metadata_bytes
    from experiments.commands.catalogue import find
    from experiments.commands.run import parse
    from experiments.data.load import load
    from experiments.devices import inventory
    from experiments.devices.calibrate import profile_of
    from experiments.run import home
    from experiments.run.display import Display
    from experiments.run.frameworks import quiet_libraries

    if not arguments or arguments[0].startswith("-"):
        asks = arguments[:1] in (["--help"], ["-h"])
        usage = "usage: potstill space NAME|FILE.py [--budget.size-bytes 9000 ...] [--json]\n\n" + report_space.__doc__
        print(usage, file=sys.stdout if asks else sys.stderr)
        sys.exit(0 if asks else 2)
    experiment, _, as_json = parse(find(arguments[0]), arguments[1:])
    quiet_libraries()
    data = load(experiment.data)
    shape = dict(input_shape=data.train.input_shape, classes=data.train.classes)
    with Display() as display:
        display.stage("device")
        with inventory.opened(experiment.device, display.say) as device:
            limit = experiment.budget.size_bytes or float("inf")
            folder = home.home() / "profiles"
            shared = dict(size_limit=limit, folder=folder, on_step=display.reach)
            profile = profile_of(device, experiment.space, **shape, **shared)
    found = feasibility(
        experiment.space, experiment.budget, profile, **shape, besides_bytes=metadata_bytes(data.labels)
    )
    if as_json:
        limits = experiment.budget.limits()
        print(
            json_module.dumps(
                {"experiment": experiment.name, "device": str(profile.provenance), "budget": limits, **asdict(found)}
            )
        )
    else:
        print(_table(found, experiment.budget), end="")
        if found.outside_profile:
            print(f"{found.outside_profile:.1%} have operators that no calibrated student had, and are not tried")
        print(f"{found.share:.1%} of {found.draws:,} random students keep the budget; latency on {profile.provenance}")
    if found.nearest is not None:
        raise UserError(impossible(found, experiment.budget))


def _table(found: Feasibility, budget: Budget) -> str:
    table = Table(box=SIMPLE)
    table.add_column("estimate")
    for title in ("least", "median", "most", "limit", "over it"):
        table.add_column(title, justify="right")
    for name, extent in found.costs.items():
        limit = budget.limits().get(name)
        table.add_row(
            name,
            *(f"{figure:,.4g}" if name == "latency_ms" else f"{figure:,.0f}" for figure in asdict(extent).values()),
            "" if limit is None else f"{limit:,g}",
            "" if limit is None else f"{found.refused[name]:.0%}",
        )
    console = Console(width=100, highlight=False)
    with console.capture() as captured:
        console.print(table)
    return captured.get()
