"""A recipe as a tf_keras optimizer, and its state from one training to the next."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import tf_keras

from distill.pace import Paced, Progress
from distill.recipe import Recipe


@dataclass(kw_only=True)
class OptimizerState:
    """The state of an optimizer, with which the next training of the same model starts."""

    steps: int = 0
    """Steps that were taken with it."""
    variables: tuple[np.ndarray, ...] = ()
    """In the optimizer's order: the counter of steps, then the moments of each weight."""

    def restore(self, optimizer: tf_keras.optimizers.Optimizer) -> None:
        """Copy it into an optimizer that was built for the same weights."""
        for variable, value in zip(optimizer.variables, self.variables):
            variable.assign(value)

    def update(self, optimizer: tf_keras.optimizers.Optimizer) -> None:
        """Take over the state of an optimizer."""
        self.steps = int(optimizer.iterations.numpy())
        self.variables = tuple(variable.numpy() for variable in optimizer.variables)


def build_optimizer(
    recipe: Recipe, steps: int, *, first_step: int = 0, progress: Progress | None = None
) -> tf_keras.optimizers.Optimizer:
    """The recipe's optimizer for a training of `steps` steps, whose counter begins at `first_step`.

    Args:
        progress: of a training that is paced by a clock, which the learning rate follows; None follows the counter.
    """
    schedule = warmup_cosine(recipe, steps)
    if progress is not None:
        schedule = Paced(schedule, steps, progress)
    elif first_step:
        schedule = _Delayed(schedule, first_step)
    shared: dict[str, Any] = {
        "learning_rate": schedule,
        # AdamW refuses None.
        "weight_decay": recipe.weight_decay if recipe.optimizer == "adamw" else recipe.weight_decay or None,
        "global_clipnorm": recipe.clip_norm,
        "use_ema": recipe.ema_momentum is not None,
        "ema_momentum": recipe.ema_momentum or 0.99,
    }
    if recipe.optimizer == "sgd":
        optimizer = tf_keras.optimizers.SGD(momentum=0.9, nesterov=True, **shared)
    else:
        optimizer = tf_keras.optimizers.AdamW(**shared)
    if recipe.weight_decay:
        # Names as tf_keras gives them: biases, and the scale and shift of batch normalization.
        optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer


def warmup_cosine(recipe: Recipe, steps: int):
    """The learning rate: up along a line for the first share of the steps, then along a cosine to zero."""
    warmup = int(recipe.warmup_fraction * steps)
    if warmup == 0:
        return tf_keras.optimizers.schedules.CosineDecay(recipe.learning_rate, steps)
    return tf_keras.optimizers.schedules.CosineDecay(
        0.0, max(1, steps - warmup), warmup_target=recipe.learning_rate, warmup_steps=warmup
    )


class _Delayed(tf_keras.optimizers.schedules.LearningRateSchedule):
    """A schedule whose first step is `first_step` instead of 0."""

    def __init__(self, schedule, first_step: int):
        super().__init__()
        self._schedule, self._first_step = schedule, first_step

    def __call__(self, step):
        return self._schedule(step - self._first_step)
