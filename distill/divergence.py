"""Divergence of a training: the check of a step's gradients, the refusal, and the likely cause."""

import contextlib
import re
from collections.abc import Iterator, Sequence

import numpy as np
import tensorflow as tf
import tf_keras

from distill.bank.teacher_bank import TeacherBank
from distill.errors import DistillError
from distill.recipe import Recipe


class TrainingDiverged(DistillError, RuntimeError):
    """A loss or gradient became NaN or infinite; the message names the step and the likely cause."""


def finite_gradients(
    gradients: Sequence[tf.Tensor | None], variables: Sequence[tf.Variable], loss_scale: tf.Tensor | None
) -> list[tf.Tensor]:
    """Tensors to depend on, in a graph: for a gradient that is not finite they raise an error that names its variable.

    Args:
        loss_scale: in float16, where a gradient may overflow: the optimizer leaves the step out and lowers the scale.
            It has diverged where the scale can go no lower than 1. None is no scale.
    """

    def checked() -> list[tf.Tensor]:
        return [
            tf.debugging.check_numerics(gradient, f"gradient of {variable.name}")
            for gradient, variable in zip(gradients, variables)
            if gradient is not None
        ]

    def all_checked() -> tf.Tensor:
        with tf.control_dependencies(checked()):
            return tf.constant(True)

    return checked() if loss_scale is None else [tf.cond(loss_scale > 1, lambda: tf.constant(True), all_checked)]


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


@contextlib.contextmanager
def reporting_divergence(
    training: tf_keras.Model, recipe: Recipe, steps: int, bank: TeacherBank | None, *, first_step: int
) -> Iterator[None]:
    """Raise `TrainingDiverged` for a number that is not finite in a step of `fit`.

    Args:
        steps: those of an epoch.
        first_step: the optimizer's counter at the start.
    """
    try:
        yield
    except tf.errors.InvalidArgumentError as error:
        if "check_numerics" not in str(error).lower() and "NaN" not in str(error) and "Inf" not in str(error):
            raise
        step = int(training.optimizer.iterations.numpy()) - first_step
        raise TrainingDiverged(likely_cause(str(error), step, steps, recipe, bank)) from error
