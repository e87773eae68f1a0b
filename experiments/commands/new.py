"""The command `potstill new`."""

import re
from dataclasses import dataclass
from pathlib import Path

from experiments.commands.arguments import Label, Name
from experiments.data.settings import Data
from experiments.errors import UserError


@dataclass(frozen=True, kw_only=True)
class New:
    """Write the script of an experiment for data of yours, for you to edit and run."""

    name: Name
    """Name of the experiment, and of the script: NAME.py in the working directory."""
    data: str
    """A folder with a folder for each class, a .npz with pictures and labels, a .csv or .tsv with texts and labels,
    FILE.py:CLASS of a TFDS builder, or the name of one."""
    label: Label = "label"
    """Feature or column that holds the class."""
    preset: str = "small"
    """Budget: tiny, small or phone."""

    def run(self) -> None:
        """Write the script; one that is there already stays as it is."""
        from experiments.commands.catalogue import from_data

        name = self.name.removesuffix(".py")
        if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
            raise UserError(f"the name is {name!r}: it must be letters, digits, '_' and '-', such as hands")
        path = Path(f"{name}.py")
        if path.exists():
            raise UserError(f"{path} is there already; give another name, or edit it and say: potstill run {path}")
        derivation = from_data(Data(dataset=self.data, label=self.label), self.preset)
        # It imports TensorFlow, which only now keeps its log to itself.
        from experiments.planning.script import script_of

        path.write_text(script_of(derivation, name=name, file=str(path)))
        print("\n".join(derivation.reasons))
        print(f"{path} is written; edit it, and say: potstill run {path}")
