"""The command `potstill list`."""

import datetime
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from experiments.commands.arguments import Flag

if TYPE_CHECKING:
    from experiments.run.folder import RunFolder


@dataclass(frozen=True, kw_only=True)
class List:
    """List the experiments, and the runs there are of each."""

    json: Flag = False
    """Print one JSON object."""

    def run(self) -> None:
        """Print the experiments and the runs."""
        from experiments.commands.catalogue import descriptions
        from experiments.run.folder import run_folders

        runs = [run_record(folder) for folder in run_folders()]
        if self.json:
            print(json.dumps({"experiments": descriptions(), "runs": runs}))
            return
        for name, line in descriptions().items():
            print(f"{name:<16}{line}")
        print("\nruns, newest first:" if runs else "\nno runs yet; start with: potstill run digits")
        for run in runs:
            length = "" if run["hours"] is None else f"{run['hours']:g} hours"
            updated = datetime.datetime.fromisoformat(run["updated"]).astimezone()
            print(
                f"  {run['experiment']:<16}{run['state']:<13}{updated:%Y-%m-%d %H:%M}  seed {run['seed']:<4}"
                f"{length:<12}{run['folder']}"
            )


def run_record(folder: "RunFolder") -> dict[str, Any]:
    """A run as JSON values: state, the fields that most often tell two runs apart, its journal's last change, UTC."""
    experiment = folder.experiment()
    updated = datetime.datetime.fromtimestamp(folder.journal_path.stat().st_mtime, datetime.timezone.utc)
    return {
        "experiment": experiment["name"],
        "state": folder.state(),
        "folder": str(folder.path),
        "seed": experiment["seed"],
        "hours": experiment.get("hours"),
        "updated": updated.isoformat(timespec="seconds"),
    }
