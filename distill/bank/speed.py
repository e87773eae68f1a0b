"""The speed of a teacher, and the numbers that it may fill its bank in: float32, bfloat16 or int8."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from distill.bank.outputs import Outputs, agree, finite
from distill.errors import DistillError
from distill.precision import PAYS_FROM, functions_in_bfloat16, work_clock

_WORTH_ROUNDING_S, _WORTH_CONVERTING_S = 10.0, 60.0
"""A bank that is filled sooner is filled in float32; one that is filled sooner in either is not worth a conversion."""

Converted = Callable[[], Outputs | None]
"""Makes an int8 copy of a teacher, which takes some seconds; None where it cannot be."""


@dataclass(frozen=True, kw_only=True, eq=False)
class TeacherSpeed:
    """A teacher in the numbers that its bank is filled in."""

    outputs: Outputs
    rows_per_s: float
    precision: str
    """float32, bfloat16 or int8."""

    def computing(self) -> contextlib.AbstractContextManager:
        """A block in which the teacher computes in this precision."""
        return functions_in_bfloat16() if self.precision == "bfloat16" else contextlib.nullcontext()


@dataclass(frozen=True, kw_only=True, eq=False)
class _Timed:
    speed: TeacherSpeed
    work_s: float
    answers: dict[str, np.ndarray]


def measured_speed(
    teacher: Outputs, pixels: tf.Tensor, numbers: np.ndarray, *, rows_left: int, int8: Converted = lambda: None
) -> TeacherSpeed:
    """Time a teacher on a sample; fewer bits are taken where they pay and the teacher says the same.

    bfloat16 pays on processors that compute in it (AVX512_BF16, AMX); others convert, and are several times slower.
    int8 is not tried on a GPU.

    Args:
        pixels: of the sample, scaled.
        numbers: of its examples.
        rows_left: that are to be filled.
        int8: makes a copy of the teacher; asked where the rest would take a minute.
    """
    exact = _timed(teacher, pixels, numbers, "float32")
    best = exact

    def attempt(outputs: Outputs, precision: str) -> None:
        nonlocal best
        try:
            timed = _timed(outputs, pixels, numbers, precision)
        except DistillError:
            return
        if (
            PAYS_FROM * timed.work_s <= exact.work_s
            and timed.work_s < best.work_s
            and agree(exact.answers, timed.answers)
        ):
            best = timed

    if rows_left / best.speed.rows_per_s >= _WORTH_ROUNDING_S:
        attempt(teacher, "bfloat16")
    if rows_left / best.speed.rows_per_s >= _WORTH_CONVERTING_S and not tf.config.list_physical_devices("GPU"):
        copy = int8()
        if copy is not None:
            attempt(copy, "int8")
    return best.speed


def _timed(outputs: Outputs, pixels: tf.Tensor, numbers: np.ndarray, precision: str) -> _Timed:
    """The second of two calls: the first one traces."""
    clock = work_clock()
    speed = TeacherSpeed(outputs=outputs, rows_per_s=0.0, precision=precision)
    with speed.computing():
        outputs(pixels, numbers)
        began, work_began = time.monotonic(), clock()
        answers = outputs(pixels, numbers)
        seconds, work_s = time.monotonic() - began, clock() - work_began
    rows_per_s = len(numbers) / max(seconds, 1e-9)
    return _Timed(
        speed=TeacherSpeed(outputs=outputs, rows_per_s=rows_per_s, precision=precision),
        work_s=work_s,
        answers=finite(answers, "a sample of the training examples"),
    )
