"""Atomic writes: a file or folder appears under its name when it is complete, or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def atomic(path: Path) -> Iterator[Path]:
    """A temporary path, of the same name in a folder beside `path`, to write a file or a folder to.

    At the end of the block it takes the place of what `path` was. If the block raises, `path` stays as it was and
    nothing else is left. The parent folder must exist.
    """
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as temporary:
        partial = Path(temporary) / path.name
        yield partial
        if partial.is_dir():
            # A folder cannot be renamed onto one that holds something.
            if path.exists():
                path.replace(Path(temporary) / "earlier")
        else:
            with partial.open("rb+") as file:
                os.fsync(file.fileno())
        partial.replace(path)
