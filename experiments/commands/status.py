"""The command `potstill status`."""

import json
from dataclasses import dataclass

from experiments.commands.arguments import Flag, Name


@dataclass(frozen=True, kw_only=True)
class Status:
    """Show where the newest run of an experiment stands."""

    name: Name
    """The experiment: its name, or its .py file."""
    json: Flag = False
    """Print one JSON object."""

    def run(self) -> None:
        """Print the status."""
        from experiments.commands.catalogue import run_name
        from experiments.reports.status import newest_run, status_text

        status = newest_run(run_name(self.name), self.name)
        print(json.dumps(status.to_record()) if self.json else status_text(status))
