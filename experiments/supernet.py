"""The supernet's stage: one set of weights is trained for the whole space, and students start from slices of it.

Each step trains the largest student, the smallest and two others (the sandwich rule, Yu & Huang 2019, "Universally
slimmable networks", section 3.2). The largest learns from the bank, the others from what it says in the same step
(in-place distillation, section 3.3; Yu 2020, "BigNAS").
"""

import functools
import math
import random
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import tensorflow as tf
import tf_keras

from deploy.latency_profile import LatencyProfile
from distill import losses
from distill.bank import TeacherBank
from distill.checkpoint import Checkpoint
from distill.distillation import FEATURE_LOSSES, Distillation
from distill.examples import Examples, scaled
from distill.objective import Objective
from distill.optimizer import build_optimizer
from distill.recipe import Recipe
from distill.stream import batches, steps_per_epoch
from experiments.context import Context
from experiments.errors import UserError
from experiments.student_training import supernet_weights
from search import shared_weights
from search.estimate import estimate
from search.genotype import Genotype
from search.space import sample
from search.walk import network, walk

STUDENTS = 48
"""So many of the space are trained; each has a function of its own, traced in some tenths of a second."""
_DRAWS = 20_000
_RANDOM = 2


def train_supernet(context: Context, bank: TeacherBank | None, profile: LatencyProfile) -> None:
    """Train shared weights and keep them in the run's folder, unless they are there; a killed training goes on."""
    experiment, data, display = context.experiment, context.data, context.display
    epochs, path = experiment.search.supernet_epochs, supernet_weights(context.folder)
    if epochs == 0 or path.exists():
        return
    display.stage("supernet", epochs)
    shape = dict(input_shape=data.train.input_shape, classes=data.train.classes)
    shapes = shared_weights.shared_shapes(experiment.space, **shape)
    supernet = Supernet(
        shapes, students(context, profile), experiment.student, experiment.distillation, seed=experiment.seed
    )
    bank = bank if "search" in experiment.distillation.stages else None
    display.say(f"{len(supernet.students)} students share {sum(map(math.prod, shapes.values())):,} weights")

    def on_epoch(epoch: int, metrics: dict[str, float]) -> None:
        if context.run is not None:
            context.run.log(metrics={f"supernet_{name}": value for name, value in metrics.items()}, step=epoch)
        display.step(
            ", ".join(f"loss of the {name.removesuffix('_loss')} {value:.3f}" for name, value in metrics.items())
        )

    unfinished = context.folder / "supernet.unfinished"
    supernet.train(
        data.train,
        epochs=epochs,
        checkpoint=unfinished,
        on_epoch=on_epoch,
        augmentation=experiment.augmentation,
        views=experiment.views,
        seed=experiment.seed,
        bank=bank,
    )
    weights = supernet.weights()
    shared_weights.save(weights, path)
    shutil.rmtree(unfinished, ignore_errors=True)
    for name, genotype in (("largest", supernet.students[-1]), ("smallest", supernet.students[0])):
        found = untrained_accuracy(weights, genotype, data.train, data.validation)
        display.say(f"the {name} without any training of its own: {found:.2%} on validation: {genotype}")
    tf_keras.backend.clear_session()


def students(context: Context, profile: LatencyProfile) -> list[Genotype]:
    """Random students that keep the budget, no two the same network, fewest MACs first.

    Raises:
        UserError: none was found.
    """
    experiment, found = context.experiment, {}
    rng = random.Random(f"supernet {experiment.seed}")
    shape = dict(input_shape=context.data.train.input_shape, classes=context.data.train.classes)
    for _ in range(_DRAWS):
        genotype = sample(experiment.space, rng, **shape)
        cost = estimate(genotype, profile)
        if cost.latency_ms is not None and not experiment.budget.broken_by(cost):
            found[network(walk(genotype))] = (cost.macs, genotype)
        if len(found) == STUDENTS:
            break
    if not found:
        raise UserError(
            f"none of {_DRAWS:,} random students keeps the budget, so there is nothing to train a supernet of; "
            "set --search.supernet-epochs 0, or widen the budget or the space"
        )
    return [genotype for _, genotype in sorted(found.values(), key=lambda pair: pair[0])]


def untrained_accuracy(weights: dict, genotype: Genotype, train: Examples, validation: Examples) -> float:
    """On validation, of a student as it inherits: its statistics are those of 500 training examples."""
    layers = walk(genotype)
    own = {name: tf.constant(array) for name, array in shared_weights.slices(weights, layers).items()}

    def pixels(examples: Examples) -> tf.Tensor:
        return tf.constant(scaled(examples.pixels.astype(np.float32)))

    train = replace(train, pixels=train.pixels[:500], labels=train.labels[:500])
    _, statistics = shared_weights.logits(layers, own, pixels(train))
    found, _ = shared_weights.logits(layers, own, pixels(validation), statistics)
    return float(np.mean(found.numpy().argmax(axis=1) == validation.labels))


class Supernet(tf.Module):
    """Shared weights, and how the students among them are trained together."""

    def __init__(
        self, shapes: dict, students: list[Genotype], recipe: Recipe, distillation: Distillation, *, seed: int
    ):
        """
        Args:
            students: fewest MACs first.
        """
        super().__init__()
        self.students, self._recipe, self._seed = students, recipe, seed
        self._distillation = _on_logits(distillation)
        fresh = shared_weights.fresh(shapes, seed=seed)
        self._shared = {name: tf.Variable(array, name=name) for name, array in fresh.items()}
        self._sums = {name: tf.Variable(tf.zeros_like(array), trainable=False) for name, array in fresh.items()}

    def weights(self) -> dict[str, np.ndarray]:
        """As they are now."""
        return {name: variable.numpy() for name, variable in self._shared.items()}

    def train(self, examples: Examples, *, epochs, checkpoint: Path | None, on_epoch, **stream) -> None:
        """Train together; `stream` goes to `distill.stream.batches`. Raises `UserError` where a loss is no number."""
        steps = steps_per_epoch(examples, self._recipe.batch_size)
        optimizer = build_optimizer(self._recipe, steps * epochs)
        variables = list(self._shared.values())
        optimizer.build(variables)
        state = Checkpoint(checkpoint, self, optimizer)
        first, callbacks = state.restore(), state.callbacks()
        bank = stream["bank"]
        objective = Objective(None, self._recipe.label_smoothing, self._distillation if bank is not None else None, {})

        def from_bank(outputs, targets, progress):
            return objective(outputs, targets, progress)

        def from_largest(outputs, targets, progress):
            return losses.soft_targets(targets["largest"], outputs, self._distillation.temperature)

        @functools.cache
        def step(number: int):
            return self._step(self.students[number], from_bank if number == len(self.students) - 1 else from_largest)

        @tf.function
        def apply():
            optimizer.apply_gradients([(self._sums[name].read_value(), self._shared[name]) for name in self._shared])
            for total in self._sums.values():
                total.assign(tf.zeros_like(total))

        data = batches(
            examples,
            batch_size=self._recipe.batch_size,
            epochs=range(first, epochs),
            order_seed=self._seed,
            **stream,
        )
        seen = iter(data)
        largest, smallest = len(self.students) - 1, 0
        for epoch in range(first, epochs):
            rng, told = random.Random(f"{self._seed} {epoch}"), []
            for number in range(steps):
                pixels, targets = next(seen)
                progress = tf.constant((epoch * steps + number) / (epochs * steps), tf.float32)
                loss, outputs = step(largest)(pixels, targets, progress)
                among = range(1, largest)
                others = [smallest] * (largest > 0) + rng.sample(among, min(_RANDOM, len(among)))
                found = [step(other)(pixels, {"largest": outputs}, progress)[0] for other in others]
                apply()
                told.append((loss, *found[:1]))
            means = np.mean(told, axis=0)
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


def _on_logits(distillation: Distillation) -> Distillation:
    """Without losses on features, which shared weights have none of their own for."""
    weights = distillation.distillation_loss_weights or (1.0,) * len(distillation.losses)
    kept = [(loss, weight) for loss, weight in zip(distillation.losses, weights) if loss not in FEATURE_LOSSES]
    kept = kept or [("soft_targets", 1.0)]
    return replace(
        distillation,
        distillation_losses=tuple(loss for loss, _ in kept if isinstance(loss, str)),
        own_losses=tuple(loss for loss, _ in kept if not isinstance(loss, str)),
        distillation_loss_weights=tuple(weight for _, weight in kept),
    )
