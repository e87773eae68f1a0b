"""The supernet's stage: trains one set of weights for the whole space, from whose slices students start."""

import math
import random
import shutil
from dataclasses import replace

import numpy as np
import tensorflow as tf
import tf_keras

from deploy.latency.profile import LatencyProfile
from deploy.proof.accuracy import accuracy
from distill.bank.teacher_bank import TeacherBank
from distill.examples import Examples, scaled
from experiments.errors import UserError
from experiments.run.context import Context
from experiments.searching.sandwich import Supernet
from experiments.training.student import supernet_weights
from search import shared_weights
from search.choices import sample
from search.genotype import Genotype
from search.walk import network, walk

STUDENTS = 16
"""So many of the space are trained; each has a function of its own, traced in some tenths of a second."""
_DRAWS = 20_000


def train_supernet(context: Context, bank: TeacherBank | None, profile: LatencyProfile) -> None:
    """Train shared weights and keep them in the run's folder, unless they are there; a killed training goes on."""
    experiment, data, display = context.experiment, context.data, context.display
    epochs, path = experiment.search.supernet_epochs, supernet_weights(context.folder)
    if epochs == 0 or path.exists():
        return
    display.stage("supernet", epochs)
    shapes = shared_weights.shared_shapes(experiment.space, data.task)
    supernet = Supernet(
        shapes, students(context, profile), experiment.student, experiment.distillation, seed=experiment.seed
    )
    bank = bank if "search" in experiment.distillation.stages else None
    display.say(f"{len(supernet.students)} students share {sum(map(math.prod, shapes.values())):,} weights")

    done = 0

    def on_epoch(epoch: int, metrics: dict[str, float]) -> None:
        nonlocal done
        if context.run is not None:
            context.run.log_epoch(epoch, {f"supernet_{name}": value for name, value in metrics.items()})
        losses = ", ".join(f"{name.replace('_', ' ')} {value:.3f}" for name, value in metrics.items())
        # An earlier launch may have done the first epochs.
        display.step(losses, epoch - done)
        done = epoch

    unfinished = context.folder / "supernet.unfinished"
    supernet.train(
        data.splits.seen(taught=bank is not None),
        epochs=epochs,
        checkpoint=unfinished,
        on_epoch=on_epoch,
        views=context.views,
        bank=bank,
    )
    weights = supernet.weights()
    shared_weights.save(weights, path)
    shutil.rmtree(unfinished, ignore_errors=True)
    for name, genotype in (("largest", supernet.students[-1]), ("smallest", supernet.students[0])):
        inherited = untrained_accuracy(weights, genotype, data.train, data.validation)
        display.say(f"the {name} without any training of its own: {inherited:.2%} on validation: {genotype}")
    tf_keras.backend.clear_session()


def students(context: Context, profile: LatencyProfile) -> list[Genotype]:
    """Random students that keep the budget, no two the same network, fewest MACs first.

    Raises:
        UserError: none was found.
    """
    experiment, problem = context.experiment, context.problem(profile)
    networks: dict[tuple, tuple[int, Genotype]] = {}
    rng = random.Random(f"supernet {experiment.seed}")
    for _ in range(_DRAWS):
        verdict = problem.verdict(sample(problem.space, problem.task, rng))
        if not verdict.causes:
            networks[network(walk(verdict.genotype))] = (verdict.cost.macs, verdict.genotype)
        if len(networks) == STUDENTS:
            break
    if not networks:
        raise UserError(
            f"none of {_DRAWS:,} random students keeps the budget, so there is nothing to train a supernet of; "
            "set --search.supernet-epochs 0, or widen the budget or the space"
        )
    return [genotype for _, genotype in sorted(networks.values(), key=lambda pair: pair[0])]


def untrained_accuracy(weights: dict, genotype: Genotype, train: Examples, validation: Examples) -> float:
    """On validation, of a student as it inherits: its statistics are those of 500 training examples."""
    layers = walk(genotype)
    sliced = {name: tf.constant(array) for name, array in shared_weights.slices(weights, layers).items()}

    def pixels(examples: Examples) -> tf.Tensor:
        return tf.constant(scaled(examples.pixels[:].astype(np.float32)))

    train = replace(train, pixels=train.pixels[:500], labels=train.labels[:500])
    _, statistics = shared_weights.logits(layers, sliced, pixels(train))
    outputs, _ = shared_weights.logits(layers, sliced, pixels(validation), statistics)
    return accuracy(outputs.numpy(), validation.labels)
