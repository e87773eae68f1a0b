"""The command `potstill data`."""

import json
from dataclasses import dataclass
from pathlib import Path

from experiments.commands.arguments import Flag, Label, Name


@dataclass(frozen=True, kw_only=True)
class Data:
    """Look at a data set before anything starts: counts, sizes, duplicates, damaged files, a sheet of its pictures."""

    data: Name
    """A folder with a folder for each class, a .npz with pictures and labels, a .csv or .tsv with texts and labels,
    FILE.py:CLASS of a TFDS builder, or the name of one."""
    label: Label = "label"
    """Feature or column that holds the class."""
    unlabelled: str | None = None
    """More examples, without labels, as `--data.unlabelled` of `potstill run` takes them."""
    sheet: Path | None = None
    """File of the sheet of pictures; None is one among Potstill's own."""
    json: Flag = False
    """Print one JSON object."""

    def run(self) -> None:
        """Print the report, and write the sheet."""
        from experiments.run.frameworks import quiet_libraries

        quiet_libraries()
        from experiments.data import settings
        from experiments.data.inspect import inspect
        from experiments.data.report import data_text
        from experiments.planning.derived import name_of
        from experiments.run.home import home

        sheet = self.sheet or home() / "sheets" / f"{name_of(self.data)}.png"
        report = inspect(settings.Data(dataset=self.data, label=self.label, unlabelled=self.unlabelled), sheet)
        print(json.dumps(report.to_record()) if self.json else data_text(report))
