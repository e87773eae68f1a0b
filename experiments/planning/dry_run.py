"""A dry run: the plan of a run in hours, and nothing else."""

import tempfile
import time
from pathlib import Path

from experiments.devices import inventory
from experiments.experiment import Experiment
from experiments.hours.plan import Plan
from experiments.planning.checked import checked_data, checked_profile
from experiments.planning.planned import plan_hours
from experiments.run import home
from experiments.run.context import Context
from experiments.run.display import Display
from search.journal import Journal


def dry_run(experiment: Experiment, display: Display, *, began: float) -> Plan:
    """The plan of a run in hours, from speeds that are measured now; nothing is trained or kept.

    Args:
        began: the beginning of the launch, by `time.monotonic`.

    Raises:
        UserError: the run could not succeed, or its hours are too few.
    """
    home.require_room(home.home())
    inventory.require_device(experiment.device)
    with (
        tempfile.TemporaryDirectory(prefix="potstill-") as temporary,
        inventory.opened(experiment.device, display.say) as device,
    ):
        folder = Path(temporary)
        data = checked_data(experiment, display)
        context = Context(
            experiment=experiment,
            data=data,
            folder=folder,
            journal=Journal(folder / "journal.jsonl"),
            display=display,
            device=device,
            clock=lambda: time.monotonic() - began,
        )
        return plan_hours(context, checked_profile(experiment, data, device, display)).plan
