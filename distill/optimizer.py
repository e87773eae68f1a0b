"""A recipe as a tf_keras optimizer, and its state from one training to the next."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import tensorflow as tf
import tf_keras

from distill.pace import Paced, Progress
from distill.recipe import Recipe

# tf_keras makes it of a metaclass, which no type checker follows.
LossScaleOptimizer: Any = tf_keras.mixed_precision.LossScaleOptimizer


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
        # On GPUs tf_keras would compile each update, in seconds that a short training does not have.
        "jit_compile": False,
    }
    if recipe.optimizer == "sgd":
        optimizer = tf_keras.optimizers.SGD(momentum=0.9, nesterov=True, **shared)
    else:
        optimizer = AdamW(**shared)
    if recipe.weight_decay:
        # Names as tf_keras gives them: biases, and the scale and shift of batch normalization.
        optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer


def loss_scaled(model: tf_keras.Model, optimizer: tf_keras.optimizers.Optimizer) -> tf_keras.optimizers.Optimizer:
    """The optimizer for a model: one that computes in float16 has its loss scaled (Micikevicius 2018, section 3.2).

    Small gradients would vanish in float16. A step whose gradients overflow is left out, its decay and average too,
    and the scale is halved; after 2,000 good steps it doubles. Gradients are scaled back before they are clipped.
    """
    in_float16 = any(getattr(part, "compute_dtype", None) == "float16" for part in model.submodules)
    return LossScaleOptimizer(optimizer) if in_float16 else optimizer


class AdamW(tf_keras.optimizers.AdamW):
    """tf_keras's AdamW by one operation a weight, TensorFlow's own, where tf_keras traces and runs some twenty.

    Numbers differ from tf_keras's by rounding alone.
    """

    _step: Any = None
    """Tensors that all weights share in a step, while it is traced."""

    def _apply_weight_decay(self, variables):
        """Do nothing: `update_step` decays."""

    def _distributed_apply_gradients_fn(self, distribution, grads_and_vars, **kwargs):
        number = tf.cast(self.iterations + 1, tf.float32)
        rate = tf.cast(self.learning_rate, tf.float32)
        powers = {"beta1_power": tf.pow(self.beta_1, number), "beta2_power": tf.pow(self.beta_2, number)}
        self._step = SimpleNamespace(rate=rate, decay=rate * self.weight_decay, powers=powers)
        try:
            return super()._distributed_apply_gradients_fn(distribution, grads_and_vars, **kwargs)
        finally:
            self._step = None

    def update_step(self, gradient, variable):
        """Decay and update one weight."""
        step: Any = self._step
        if self.weight_decay and self._use_weight_decay(variable):
            variable.assign_sub(variable * step.decay)
        if isinstance(gradient, tf.IndexedSlices):
            super().update_step(gradient, variable)
            return
        position = self._index_dict[self._var_key(variable)]
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[position].handle,
            v=self._velocities[position].handle,
            **step.powers,
            lr=step.rate,
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=gradient,
        )


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
