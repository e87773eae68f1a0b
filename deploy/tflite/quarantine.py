"""Quarantine of files from elsewhere: they are first read and run in a child process.

LiteRT checks a file as it loads it, and damage that gets past its checks ends the process that runs the file: of 400
damaged copies of a student one did.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import TimeoutError
from contextlib import contextmanager

import numpy as np
from pebble import ProcessExpired, ProcessPool

from deploy.child_process import child_process
from deploy.errors import FileRefused
from deploy.tflite import runtime
from deploy.tflite.audit import audit
from deploy.tflite.flatbuffer import require_flatbuffer
from deploy.tflite.operators import Graph

_TIMEOUT_SECONDS = 60


@contextmanager
def quarantine() -> Iterator[Callable[[bytes], None]]:
    """A function that raises `FileRefused` for bytes that no process should load; its process ends with the block."""
    with child_process() as child:
        yield lambda model_bytes: _require_harmless(child, model_bytes)


def _require_harmless(child: ProcessPool, model_bytes: bytes) -> None:
    require_flatbuffer(model_bytes)
    try:
        problem = child.schedule(_problem, args=[model_bytes], timeout=_TIMEOUT_SECONDS).result()
    except ProcessExpired as error:
        raise FileRefused("a damaged .tflite: the interpreter crashed on it; pull or convert it again") from error
    except TimeoutError as error:
        raise FileRefused(f"the interpreter was not done with it in {_TIMEOUT_SECONDS} s; convert it again") from error
    if problem:
        raise FileRefused(problem)


def _problem(model_bytes: bytes) -> str:
    """The reason to refuse a file; empty where it was read and run to its end."""
    try:
        audit(model_bytes)
        Graph(model_bytes).operators()
        interpreter = runtime.load(model_bytes)
        for detail in interpreter.get_input_details():
            interpreter.set_tensor(detail["index"], np.zeros(detail["shape"], detail["dtype"]))
        interpreter.invoke()
        for detail in interpreter.get_output_details():
            interpreter.get_tensor(detail["index"])
    except FileRefused as error:
        return str(error)
    # Readers of damaged bytes raise whatever the damage leads to.
    except Exception as error:
        return f"a damaged .tflite ({type(error).__name__}: {error}); pull or convert it again"
    return ""
