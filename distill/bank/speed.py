"""The speed of a teacher, and whether it may fill its bank in bfloat16."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from distill.errors import DistillError
from distill.precision import PAYS_FROM, functions_in_bfloat16, work_clock

_WORTH_MEASURING_S = 10.0
"""A bank that is filled sooner in float32 is filled in it."""
_AGREEMENT, _DIFFERENCE = 0.98, 0.05
"""Least share of sampled rows whose largest logit is the same, and the largest difference as a share of all values."""


@dataclass(frozen=True, kw_only=True)
class TeacherSpeed:
    """A teacher's speed in the precision that its bank is filled in."""

    rows_per_s: float
    precision: str
    """float32 or bfloat16."""

    def computing(self) -> contextlib.AbstractContextManager:
        """A block in which the teacher computes in this precision."""
        return functions_in_bfloat16() if self.precision == "bfloat16" else contextlib.nullcontext()


def measured_speed(outputs: Callable[[], dict[str, np.ndarray]], *, rows: int, rows_left: int) -> TeacherSpeed:
    """Try a teacher on a sample in both precisions; bfloat16 is taken where it pays and the teacher says the same.

    It pays on processors that compute in it (AVX512_BF16, AMX); others convert, and are several times slower.

    Args:
        outputs: asks the teacher about the sample.
        rows: of the sample.
        rows_left: that are to be filled.
    """
    outputs()
    seconds, work_s, exact = _timed(outputs)
    float32 = TeacherSpeed(rows_per_s=rows / seconds, precision="float32")
    if rows_left / float32.rows_per_s < _WORTH_MEASURING_S:
        return float32
    try:
        with functions_in_bfloat16():
            outputs()
            seconds, rounded_work_s, rounded = _timed(outputs)
    except DistillError:
        return float32
    bfloat16 = TeacherSpeed(rows_per_s=rows / seconds, precision="bfloat16")
    pays = work_s >= PAYS_FROM * rounded_work_s
    return bfloat16 if pays and _agree(exact, rounded) else float32


def _timed(outputs: Callable[[], dict[str, np.ndarray]]) -> tuple[float, float, dict[str, np.ndarray]]:
    """Seconds, seconds of work and the answers."""
    clock = work_clock()
    began, work_began = time.monotonic(), clock()
    answers = outputs()
    return max(time.monotonic() - began, 1e-9), clock() - work_began, answers


def _agree(exact: dict[str, np.ndarray], rounded: dict[str, np.ndarray]) -> bool:
    """Whether the largest logits are the same, and all outputs, features too, nearly so."""
    same = np.mean(exact["logits"].argmax(axis=1) == rounded["logits"].argmax(axis=1))
    near = [np.abs(exact[name] - rounded[name]).max() <= _DIFFERENCE * np.abs(exact[name]).max() for name in exact]
    return bool(same >= _AGREEMENT and all(near))
