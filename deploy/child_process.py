"""A child process for work that may crash or hang, such as the interpreter on a damaged file."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager

from pebble import ProcessPool


@contextmanager
def child_process() -> Iterator[ProcessPool]:
    """A pool of one process, which keeps its state from task to task; it is killed at the end of the block."""
    # Not forked: TensorFlow's threads would not survive it.
    pool = ProcessPool(max_workers=1, context=multiprocessing.get_context("spawn"))
    try:
        yield pool
    finally:
        pool.stop()
        pool.join()
