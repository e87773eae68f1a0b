"""The command `potstill space`."""

import json
import sys

from experiments.errors import UserError


def space(arguments: list[str]) -> None:
    """Show how much of an experiment's space keeps its budget, and what students cost; nothing is trained."""
    from experiments.commands.catalogue import find
    from experiments.commands.launch import parse
    from experiments.reports.feasibility import feasibility_text

    if not arguments or arguments[0].startswith("-"):
        asks = arguments[:1] in (["--help"], ["-h"])
        usage = f"usage: potstill space NAME|FILE.py [--budget.size-bytes 9000 ...] [--json]\n\n{space.__doc__}"
        print(usage, file=sys.stdout if asks else sys.stderr)
        sys.exit(0 if asks else 2)
    launch = parse(find(arguments[0]), arguments[1:], command="space", description=space.__doc__ or "")
    from experiments.searching.explore import explore
    from experiments.searching.feasible import impossible

    budget = launch.experiment.budget
    exploration = explore(launch.experiment)
    feasibility = exploration.feasibility
    if launch.json:
        print(json.dumps(exploration.to_record()))
    else:
        print(feasibility_text(feasibility, budget, exploration.device))
    if feasibility.nearest is not None:
        raise UserError(impossible(feasibility, budget))
