"""Timing of files with LiteRT, inside the child process of the host device."""

import time
from collections.abc import Callable

import numpy as np

from deploy.errors import FileRefused
from deploy.tflite import runtime

_MIN_RUNS, _MAX_RUNS = 3, 2_000
# An inference after others of another file finds cold caches; these are not counted.
_REHEATING_RUNS = 2

_running: list["Timed"] = []


class Timed:
    """One loaded file: its first inference, its warm-up, and rounds of steady ones. All in seconds."""

    def __init__(self, model_bytes: bytes, threads: int, round_seconds: float):
        interpreter = runtime.load(model_bytes, threads=threads)
        for detail in interpreter.get_input_details():
            interpreter.set_tensor(detail["index"], _noise(detail))
        self._invoke = interpreter.invoke
        self.first = _seconds(self._invoke)
        warm_up = [_seconds(self._invoke) for _ in range(5)]
        self.warm_up = float(np.mean(warm_up))
        self.runs_a_round = int(np.clip(round_seconds / min(warm_up), _MIN_RUNS, _MAX_RUNS))

    def round_median(self) -> float:
        """The median of one round of single inferences."""
        for _ in range(_REHEATING_RUNS):
            self._invoke()
        return float(np.median([_seconds(self._invoke) for _ in range(self.runs_a_round)]))


def load(files: list[bytes], threads: int, round_seconds: float) -> list[tuple[float, float, int]]:
    """Load files to be timed in rounds; (first, warm-up, runs a round) of each."""
    _running[:] = [Timed(model_bytes, threads, round_seconds) for model_bytes in files]
    return [(timed.first, timed.warm_up, timed.runs_a_round) for timed in _running]


def one_round(number: int) -> list[float]:
    """Time every loaded file once, in an order of the round's own, so that no file is always after the same one."""
    medians = [0.0] * len(_running)
    for position in np.random.default_rng(number).permutation(len(_running)):
        medians[position] = _running[position].round_median()
    return medians


def _noise(detail: dict) -> np.ndarray:
    """Random input of an interpreter's tensor."""
    rng, dtype = np.random.default_rng(0), np.dtype(detail["dtype"])
    if dtype.kind == "f":
        return rng.uniform(-1, 1, detail["shape"]).astype(dtype)
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        # Indices, as int32 and int64 inputs often are, stay small.
        high = limits.max if dtype.itemsize == 1 else 1
        return rng.integers(limits.min if dtype.itemsize == 1 else 0, high, detail["shape"], dtype, endpoint=True)
    if dtype.kind == "b":
        return rng.integers(0, 1, detail["shape"], endpoint=True).astype(bool)
    raise FileRefused(f"an input of {dtype.name} cannot be made up; numbers and truth values can")


def _seconds(call: Callable[[], None]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
