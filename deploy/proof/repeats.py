"""Determinism of a file: the same outputs in another process, bit by bit."""

import numpy as np

from deploy.child_process import child_process
from deploy.digests import sha256_of
from deploy.tflite import runtime

_TIMEOUT_SECONDS = 120


def repeats(model_bytes: bytes, pixels: np.ndarray, input_range: tuple[float, float] | None = None) -> bool:
    """True if the file gives the same outputs for uint8 pixels here and in a process of its own."""
    with child_process() as child:
        task = child.schedule(_digest, args=[model_bytes, pixels, input_range], timeout=_TIMEOUT_SECONDS)
        return task.result() == _digest(model_bytes, pixels, input_range)


def _digest(model_bytes: bytes, pixels: np.ndarray, input_range: tuple[float, float] | None) -> str:
    return sha256_of(runtime.run(model_bytes, pixels, input_range).tobytes())
