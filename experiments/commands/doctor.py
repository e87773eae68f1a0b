"""The command `potstill doctor`."""

import json
import sys
from dataclasses import dataclass

from experiments.commands.arguments import Flag


@dataclass(frozen=True, kw_only=True)
class Doctor:
    """Check this machine: versions, settings, GPU, disk, store. Exits with 1 where something would stop a run."""

    json: Flag = False
    """Print one JSON object."""

    def run(self) -> None:
        """Print the examination; exits with 1 where there is a problem."""
        from experiments.reports.machine import examine, machine_text

        machine = examine()
        print(json.dumps(machine.to_record()) if self.json else machine_text(machine))
        if machine.problems:
            sys.exit(1)
