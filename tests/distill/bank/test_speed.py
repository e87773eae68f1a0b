"""The choice of a teacher's precision."""

import numpy as np
import pytest

from distill.bank import speed as speed_module
from distill.bank.speed import measured_speed
from distill.errors import DistillError


class _Refused(DistillError, RuntimeError):
    pass


@pytest.fixture
def in_bfloat16(monkeypatch):
    """Whether a call is one in bfloat16; there it takes half of the work."""
    state = {"now": False, "clock": 0.0}

    class Block:
        def __enter__(self):
            state["now"] = True

        def __exit__(self, *_):
            state["now"] = False

    monkeypatch.setattr(speed_module, "functions_in_bfloat16", Block)
    monkeypatch.setattr(speed_module, "work_clock", lambda: lambda: state["clock"])
    return state


def _measured(state, change, rows_left=10**9):
    logits = np.random.default_rng(0).normal(size=(50, 4))

    def outputs():
        state["clock"] += 1 if state["now"] else 2
        return {"logits": change(logits) if state["now"] else logits, "map": np.ones(3)}

    return measured_speed(outputs, rows=50, rows_left=rows_left).precision


def _refuse(logits):
    raise _Refused("NaN")


@pytest.mark.parametrize(
    ("change", "precision"),
    [
        (lambda logits: logits * 1.001, "bfloat16"),
        (lambda logits: logits[:, ::-1], "float32"),
        (lambda logits: logits + 1, "float32"),
        (_refuse, "float32"),
    ],
)
def test_bfloat16_is_taken_where_it_pays_and_says_the_same(in_bfloat16, change, precision):
    assert _measured(in_bfloat16, change) == precision


def test_a_short_filling_is_not_worth_the_trial(in_bfloat16):
    assert _measured(in_bfloat16, lambda logits: logits, rows_left=1) == "float32"
