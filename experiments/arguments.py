"""What the commands share: the types of their arguments, and reading a file that the user named."""

from pathlib import Path

import tyro

from experiments.errors import UserError

Flag = tyro.conf.FlagCreatePairsOff[bool]
File = tyro.conf.Positional[Path]
Name = tyro.conf.Positional[str]


def read(file: Path) -> bytes:
    """The bytes of a file that the user named. Raises `UserError`."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise UserError(f"cannot read {file} ({error.strerror}); give the path of a file") from error
