"""The choice of the numbers that a teacher computes in."""

import numpy as np
import pytest
import tensorflow as tf

from distill.bank import speed as speed_module
from distill.bank.speed import in_16_bits, measured_speed
from distill.errors import DistillError

LOGITS = np.random.default_rng(0).normal(size=(50, 4))
PIXELS, NUMBERS = tf.zeros((50, 2, 2, 1)), np.arange(50)


class _Refused(DistillError, RuntimeError):
    pass


@pytest.fixture
def work(monkeypatch):
    """The precision of the calls that come, and the clock of the work, of which bfloat16 takes half."""
    state = {"bfloat16": False, "clock": 0.0}

    class Block:
        def __init__(self, bits):
            state["bits"] = bits

        def __enter__(self):
            state["bfloat16"] = True

        def __exit__(self, *_):
            state["bfloat16"] = False

    monkeypatch.setattr(speed_module, "functions_in", Block)
    monkeypatch.setattr(speed_module, "work_clock", lambda: lambda: state["clock"])
    return state


def same(logits):
    return logits


def nearly(logits):
    return logits * 1.001


def refuse(logits):
    raise _Refused("NaN")


def measured(state, bfloat16, *, int8=None, int8_work=0.5, rows_left=10**12):
    def teacher(pixels, numbers):
        state["clock"] += 1 if state["bfloat16"] else 2
        return {"logits": bfloat16(LOGITS) if state["bfloat16"] else LOGITS, "map": np.ones(3)}

    def copy(pixels, numbers):
        state["clock"] += int8_work
        return {"logits": int8(LOGITS), "map": np.ones(3)}

    conversions = []

    def convert():
        conversions.append(True)
        return copy if int8 else None

    speed = measured_speed(teacher, PIXELS, NUMBERS, rows_left=rows_left, int8=convert)
    assert (speed.outputs is copy) == (speed.precision == "int8")
    return speed.precision, bool(conversions)


@pytest.mark.parametrize(
    ("change", "precision"),
    [
        (nearly, "bfloat16"),
        (lambda logits: logits[:, ::-1], "float32"),
        (lambda logits: logits + 1, "float32"),
        (lambda logits: logits * np.nan, "float32"),
        (refuse, "float32"),
    ],
)
def test_bfloat16_is_taken_where_it_pays_and_says_the_same(work, change, precision):
    assert measured(work, change) == (precision, True)


@pytest.mark.parametrize(
    ("change", "int8_work", "precision"),
    [
        (nearly, 0.5, "int8"),
        (nearly, 1.5, "bfloat16"),
        (lambda logits: logits[:, ::-1], 0.5, "bfloat16"),
        (refuse, 0.5, "bfloat16"),
    ],
)
def test_int8_is_taken_where_it_is_faster_still_and_says_the_same(work, change, int8_work, precision):
    assert measured(work, same, int8=change, int8_work=int8_work) == (precision, True)


def test_a_short_filling_is_not_worth_the_trial(work):
    assert measured(work, same, int8=same, rows_left=1) == ("float32", False)


def test_what_overflows_in_float16_is_computed_in_float32(work):
    calls = []

    def teacher(pixels, numbers):
        calls.append((work["bits"], work["bfloat16"]))
        logits = 1e4 * numbers[:, None]
        return {"logits": np.where(logits > 65504, np.inf, logits) if work["bfloat16"] else logits}

    outputs = in_16_bits(teacher, "float16")
    small, large = outputs(PIXELS, np.arange(5)), outputs(PIXELS, np.arange(10))
    np.testing.assert_array_equal(small["logits"].ravel(), 1e4 * np.arange(5))
    np.testing.assert_array_equal(large["logits"].ravel(), 1e4 * np.arange(10))
    assert calls == [("float16", True), ("float16", True), ("float16", False)]
