"""Types of the commands' arguments."""

from pathlib import Path
from typing import Annotated, Protocol

import tyro

Flag = tyro.conf.FlagCreatePairsOff[bool]
File = tyro.conf.Positional[Path]
Name = tyro.conf.Positional[str]
Label = Annotated[str, tyro.conf.arg(aliases=["--data.label"])]
"""Also by its name among the fields of an experiment, which errors advise."""


class Command(Protocol):
    """A command's arguments: a frozen dataclass whose docstrings are the help."""

    def run(self) -> None:
        """Do the work and print the result."""
