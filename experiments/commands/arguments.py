"""Types of the commands' arguments."""

from pathlib import Path
from typing import Protocol

import tyro

Flag = tyro.conf.FlagCreatePairsOff[bool]
File = tyro.conf.Positional[Path]
Name = tyro.conf.Positional[str]


class Command(Protocol):
    """A command's arguments: a frozen dataclass whose docstrings are the help."""

    def run(self) -> None:
        """Do the work and print the result."""
