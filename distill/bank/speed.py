"""The speed of a teacher, and the numbers that it may fill its bank in: float32, 16 bits or int8."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import tensorflow as tf

from distill.bank.outputs import Outputs, agree, all_finite, finite
from distill.errors import DistillError
from distill.precision import PAYS_FROM, functions_in, work_clock

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
    """float32, bfloat16, float16 or int8."""


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
    A GPU is tried in float16, of whatever generation: TensorFlow rewrites graphs for GPUs to nothing else, and float16
    rounds less. int8 is not tried on a GPU.

    Args:
        pixels: of the sample, scaled.
        numbers: of its examples.
        rows_left: that are to be filled.
        int8: makes a copy of the teacher; asked where the rest would take a minute.
    """
    exact = _timed(teacher, pixels, numbers, "float32")
    best, on_gpu = exact, bool(tf.config.list_physical_devices("GPU"))

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
        bits = "float16" if on_gpu else "bfloat16"
        attempt(in_16_bits(teacher, bits), bits)
    if rows_left / best.speed.rows_per_s >= _WORTH_CONVERTING_S and not on_gpu:
        copy = int8()
        if copy is not None:
            attempt(copy, "int8")
    return best.speed


def in_16_bits(teacher: Outputs, bits: Literal["bfloat16", "float16"]) -> Outputs:
    """A teacher that computes in 16 bits; in float32 where its numbers overflow, as large ones do in float16."""

    def outputs(pixels: tf.Tensor, numbers: np.ndarray) -> dict[str, np.ndarray]:
        with functions_in(bits):
            answers = teacher(pixels, numbers)
        return answers if all_finite(answers) else teacher(pixels, numbers)

    return outputs


def _timed(outputs: Outputs, pixels: tf.Tensor, numbers: np.ndarray, precision: str) -> _Timed:
    """The second of two calls: the first one traces."""
    clock = work_clock()
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
