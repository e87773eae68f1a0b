"""Potstill's home folder: one fixed place, whatever the working directory."""

import os
import shutil
from pathlib import Path

from experiments.errors import UserError

_MIN_FREE_BYTES = 500_000_000


def home() -> Path:
    """The folder of all runs, banks, device profiles and the MLflow store: POTSTILL_HOME, or `~/.potstill`."""
    return Path(os.environ.get("POTSTILL_HOME") or Path.home() / ".potstill").expanduser().absolute()


def require_room(folder: Path, needed_bytes: int = 0) -> None:
    """Raise `UserError` where a folder cannot be written to or its disk lacks room."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.write_bytes(b"potstill")
        probe.unlink()
    except OSError as error:
        raise UserError(
            f"cannot write to {folder} ({error.strerror}); make it writable, or set POTSTILL_HOME to another folder"
        ) from error
    free = shutil.disk_usage(folder).free
    if free < needed_bytes + _MIN_FREE_BYTES:
        raise UserError(
            f"{folder} has {free / 1e6:,.0f} MB free; this needs {(needed_bytes + _MIN_FREE_BYTES) / 1e6:,.0f} MB. "
            "Free some space, or set POTSTILL_HOME to a folder on another disk"
        )
