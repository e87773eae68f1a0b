"""The log that native code writes to file descriptor 2, which no Python setting reaches."""

import contextlib
import os
import sys


@contextlib.contextmanager
def silenced():
    """Hides everything that native code logs inside the block."""
    sys.stderr.flush()
    saved = os.dup(2)
    try:
        with open(os.devnull, "wb") as sink:
            os.dup2(sink.fileno(), 2)
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
