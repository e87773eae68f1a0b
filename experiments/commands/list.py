"""The command `potstill list`."""

import json
from dataclasses import dataclass

from experiments.commands.arguments import Flag


@dataclass(frozen=True, kw_only=True)
class List:
    """List the experiments, and the runs there are of each."""

    json: Flag = False
    """Print one JSON object."""

    def run(self) -> None:
        """Print the experiments and the runs."""
        from experiments.commands.catalogue import descriptions
        from experiments.run.folder import run_folders

        runs = [(folder.experiment()["name"], folder.state(), str(folder.path)) for folder in run_folders()]
        if self.json:
            records = [dict(zip(("experiment", "state", "folder"), run)) for run in runs]
            print(json.dumps({"experiments": descriptions(), "runs": records}))
            return
        for name, line in descriptions().items():
            print(f"{name:<16}{line}")
        print("\nruns, newest first:" if runs else "\nno runs yet; start with: potstill run digits")
        for name, state, folder in runs:
            print(f"  {name:<16}{state:<13}{folder}")
