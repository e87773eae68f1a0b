"""LiteRT for Microcontrollers, as its PyPI package has it: what it allocates for a file."""

import re
import subprocess
import sys
from dataclasses import dataclass

# In a process of its own: the report goes to the process's output, and a damaged file ends the process.
_PROGRAM = """
import sys
import numpy as np
from tflite_micro.python.tflite_micro import runtime
interpreter = runtime.Interpreter.from_bytes(sys.stdin.buffer.read(), arena_size=int(sys.argv[1]))
details = interpreter.get_input_details(0)
interpreter.set_input(np.zeros(details["shape"], details["dtype"]), 0)
interpreter.invoke()
interpreter.print_allocations()
"""
_ARENA_BYTES = 64_000_000


class MicroMissing(RuntimeError):
    """The package is not installed; the message says how to."""


class MicroFailed(ValueError):
    """The interpreter did not run the file; the message has what it said."""


@dataclass(frozen=True, kw_only=True)
class Arena:
    """What the interpreter allocated, in bytes."""

    total: int
    activations: int
    """The part that is used again by each inference; the rest is kept for tables."""


def arena_of(model_bytes: bytes) -> Arena:
    """The arena for a .tflite with one input. Raises `MicroMissing` and `MicroFailed`."""
    command = [sys.executable, "-c", _PROGRAM, str(_ARENA_BYTES)]
    done = subprocess.run(command, input=model_bytes, capture_output=True)
    told = (done.stdout + done.stderr).decode(errors="replace")
    if "No module named 'tflite_micro'" in told:
        raise MicroMissing("the arena of a file needs LiteRT for Microcontrollers: pip install 'potstill[micro]'")
    found = dict(re.findall(r"Arena allocation (\w+) (\d+) bytes", told))
    if done.returncode or not {"total", "head"} <= set(found):
        raise MicroFailed(f"LiteRT for Microcontrollers does not run this file: {told.strip()[-300:]}")
    return Arena(total=int(found["total"]), activations=int(found["head"]))
