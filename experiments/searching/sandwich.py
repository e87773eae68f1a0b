"""Sandwich training of shared weights: the largest student, the smallest and others, together in each step.

The sandwich rule (Yu & Huang 2019, "Universally slimmable networks", section 3.2): what is between the largest and the
smallest is learnt with them. The largest learns from the bank, the others from what it says in the same step (in-place
distillation, section 3.3; Yu 2020, "BigNAS").
"""

import functools
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import tensorflow as tf

from distill import losses
from distill.bank.teacher_bank import TeacherBank
from distill.checkpoint import Checkpoint
from distill.distillation import Distillation
from distill.examples import Examples
from distill.objective import Objective
from distill.optimizer import build_optimizer
from distill.recipe import Recipe
from distill.stream import batches, steps_per_epoch
from distill.views.augmentation import Views
from experiments.errors import UserError
from search import shared_weights
from search.genotype import Genotype
from search.walk import walk

_OTHERS = 2
"""Trained in each step beside the largest and the smallest."""


class Supernet(tf.Module):
    """Shared weights, and how the students among them are trained together."""

    def __init__(
        self, shapes: dict, students: list[Genotype], recipe: Recipe, distillation: Distillation, *, seed: int
    ):
        """
        Args:
            shapes: of the shared weights, by name.
            students: who is trained, fewest MACs first.
            seed: of the initial weights.
        """
        super().__init__()
        self.students, self._recipe = students, recipe
        self._distillation = distillation.on_logits
        fresh = shared_weights.fresh(shapes, seed=seed)
        self._shared = {name: tf.Variable(tf.constant(array), name=name) for name, array in fresh.items()}
        self._sums = {name: tf.Variable(tf.zeros_like(array), trainable=False) for name, array in fresh.items()}

    def weights(self) -> dict[str, np.ndarray]:
        """As they are now."""
        return {name: variable.numpy() for name, variable in self._shared.items()}

    def train(
        self,
        examples: Examples,
        *,
        epochs: int,
        views: Views,
        bank: TeacherBank | None,
        on_epoch: Callable[[int, dict[str, float]], None],
        checkpoint: Path | None = None,
    ) -> None:
        """Train together.

        Args:
            views: those that the bank was made with; their seed is also that of the order of examples, and of who is
                trained in a step.
            bank: None teaches the largest by labels alone.
            on_epoch: called after each epoch with its number from 1, and the losses of the largest and the smallest.
            checkpoint: a folder to go on from, and to keep the state in between epochs; None keeps nothing.

        Raises:
            UserError: a loss is no longer a number.
        """
        steps = steps_per_epoch(examples, self._recipe.batch_size)
        optimizer = build_optimizer(self._recipe, steps * epochs)
        variables = list(self._shared.values())
        optimizer.build(variables)
        state = Checkpoint(checkpoint, self, optimizer)
        first, callbacks = state.restore(), state.callbacks()
        # Losses on logits look into no model.
        objective = Objective(None, self._recipe.label_smoothing, self._distillation if bank is not None else None, {})

        def from_largest(outputs, targets, progress):
            return losses.soft_targets(targets["largest"], outputs, self._distillation.temperature)

        @functools.cache
        def step(number: int):
            return self._step(self.students[number], objective if number == len(self.students) - 1 else from_largest)

        @tf.function
        def apply():
            optimizer.apply_gradients([(self._sums[name].read_value(), self._shared[name]) for name in self._shared])
            for total in self._sums.values():
                total.assign(tf.zeros_like(total))

        data = batches(
            examples,
            views,
            batch_size=self._recipe.batch_size,
            epochs=range(first, epochs),
            order_seed=views.seed,
            bank=bank,
        )
        seen = iter(data)
        largest, smallest = len(self.students) - 1, 0
        for epoch in range(first, epochs):
            rng = random.Random(f"{views.seed} {epoch}")
            step_losses = []
            for number in range(steps):
                pixels, targets = next(seen)
                progress = tf.constant((epoch * steps + number) / (epochs * steps), tf.float32)
                loss, outputs = step(largest)(pixels, targets, progress)
                among = range(1, largest)
                others = [smallest] * (largest > 0) + rng.sample(among, min(_OTHERS, len(among)))
                other_losses = [step(other)(pixels, {"largest": outputs}, progress)[0] for other in others]
                apply()
                step_losses.append((loss, *other_losses[:1]))
            means = np.mean(step_losses, axis=0)
            if not np.isfinite(means).all():
                raise UserError(
                    f"the supernet's loss is no longer a number after epoch {epoch + 1}; lower "
                    "--student.learning-rate, or set --search.supernet-epochs 0"
                )
            on_epoch(epoch + 1, {f"{name}_loss": float(mean) for name, mean in zip(("largest", "smallest"), means)})
            for callback in callbacks:
                callback.on_epoch_end(epoch, None)
        optimizer.finalize_variable_values(variables)

    def _step(self, genotype: Genotype, losses_of):
        layers = walk(genotype)
        names = list(shared_weights.weight_shapes(layers))

        @tf.function
        def step(pixels, targets, progress):
            with tf.GradientTape() as tape:
                outputs, _ = shared_weights.logits(layers, shared_weights.slices(self._shared, layers), pixels)
                loss = tf.reduce_mean(losses_of(outputs, targets, progress))
            for name, gradient in zip(names, tape.gradient(loss, [self._shared[name] for name in names])):
                self._sums[name].assign_add(gradient)
            return loss, outputs

        return step
