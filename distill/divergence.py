"""Divergence of a training: the refusal, and the likely cause."""

import re

import numpy as np

from distill.bank.teacher_bank import TeacherBank
from distill.errors import DistillError
from distill.recipe import Recipe


class TrainingDiverged(DistillError, RuntimeError):
    """A loss or gradient became NaN or infinite; the message names the step and the likely cause."""


def likely_cause(complaint: str, step: int, steps: int, recipe: Recipe, bank: TeacherBank | None) -> str:
    """One sentence that names the failed step, the likely cause and a remedy; `step` steps succeeded before.

    Args:
        complaint: TensorFlow's message, in which `check_numerics` names the tensor.
        steps: steps in an epoch.
    """
    match = re.search(r"(loss|gradient of [^\s:]+)[^\n]*Tensor had (NaN|Inf)", complaint)
    what = f"the {match[1]} is {match[2]}" if match else "the loss or a gradient is no number"
    where = f"{what} at step {step + 1} (epoch {step // steps + 1})"
    if bank is not None and not all(np.isfinite(array).all() for array in bank.arrays.values()):
        return f"{where}; the teacher bank {bank.address} holds values that are not finite: delete it and run again"
    if step == 0:
        return f"{where}, before anything was learned; look at the model's layers and its initial weights"
    if step < recipe.warmup_fraction * steps:
        return f"{where}, in the warm-up; a smaller learning rate than {recipe.learning_rate} is the first thing to try"
    clipping = "" if recipe.clip_norm else ", or a clip_norm of 5"
    return f"{where}; a smaller learning rate than {recipe.learning_rate} is the first thing to try{clipping}"
