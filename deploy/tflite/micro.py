"""LiteRT for Microcontrollers, by its PyPI package: the arena that it allocates for a file, and its outputs."""

import io
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from deploy.errors import ExportRefused

# In a process of its own: the report goes to the process's output, and a damaged file ends the process.
_PROGRAM = """
import io, sys
import numpy as np
from tflite_micro.python.tflite_micro import runtime
arrays = np.load(io.BytesIO(sys.stdin.buffer.read()))
interpreter = runtime.Interpreter.from_bytes(arrays["model"].tobytes(), arena_size=int(sys.argv[1]))
details = interpreter.get_input_details(0)
outputs = []
for example in arrays["inputs"] if "inputs" in arrays else np.zeros(details["shape"], details["dtype"]):
    interpreter.set_input(example[None], 0)
    interpreter.invoke()
    outputs.append(interpreter.get_output(0)[0])
interpreter.print_allocations()
np.save(sys.argv[2], outputs)
"""
_ARENA_BYTES = 64_000_000


class MicroMissing(ExportRefused, RuntimeError):
    """The package is not installed; the message has the command that installs it."""


class MicroFailed(ExportRefused):
    """The interpreter did not run the file; the message has what it said."""


@dataclass(frozen=True, kw_only=True)
class Arena:
    """Memory that the interpreter allocated, in bytes."""

    total: int
    activations: int
    """The part that each inference uses again; the rest holds tables."""


def arena_of(model_bytes: bytes) -> Arena:
    """The arena for a .tflite with one input. Raises `MicroMissing` and `MicroFailed`."""
    return _run(model_bytes, None)[0]


def run(model_bytes: bytes, inputs: np.ndarray) -> tuple[Arena, np.ndarray]:
    """The arena, and the outputs for each input, one after the other in one interpreter.

    Args:
        inputs: in the file's own steps, shape (examples, height, width, channels).

    Raises:
        MicroMissing: the package is not installed.
        MicroFailed: the interpreter does not run the file.
    """
    return _run(model_bytes, inputs)


def _run(model_bytes: bytes, inputs: np.ndarray | None) -> tuple[Arena, np.ndarray]:
    content, model = io.BytesIO(), np.frombuffer(model_bytes, np.uint8)
    if inputs is None:
        np.savez(content, model=model)
    else:
        np.savez(content, model=model, inputs=inputs)
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "outputs.npy"
        command = [sys.executable, "-c", _PROGRAM, str(_ARENA_BYTES), str(results)]
        done = subprocess.run(command, input=content.getvalue(), capture_output=True)
        printed = (done.stdout + done.stderr).decode(errors="replace")
        if "No module named 'tflite_micro'" in printed:
            raise MicroMissing("this needs LiteRT for Microcontrollers: pip install 'potstill[micro]'")
        sizes = dict(re.findall(r"Arena allocation (\w+) (\d+) bytes", printed))
        if done.returncode or not {"total", "head"} <= set(sizes):
            raise MicroFailed(f"LiteRT for Microcontrollers does not run this file: {printed.strip()[-300:]}")
        return Arena(total=int(sizes["total"]), activations=int(sizes["head"])), np.load(results)
