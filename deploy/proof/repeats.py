"""Whether a file gives the same outputs in another process, to the bit."""

import hashlib
import multiprocessing

import numpy as np
from pebble import ProcessPool

from deploy.tflite import runtime

_TIMEOUT_SECONDS = 120


def deterministic(model_bytes: bytes, pixels: np.ndarray, input_range: tuple[float, float] | None = None) -> bool:
    """Run the file on the same pixels here and in a process of its own."""
    with ProcessPool(max_workers=1, context=multiprocessing.get_context("spawn")) as pool:
        elsewhere = pool.schedule(_digest, args=[model_bytes, pixels, input_range], timeout=_TIMEOUT_SECONDS).result()
    return elsewhere == _digest(model_bytes, pixels, input_range)


def _digest(model_bytes: bytes, pixels: np.ndarray, input_range: tuple[float, float] | None) -> str:
    return hashlib.sha256(runtime.run(model_bytes, pixels, input_range).tobytes()).hexdigest()
