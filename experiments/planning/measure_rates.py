"""Measurement of the speeds that a plan is made from, in some seconds, on synthetic pixels."""

import itertools
import time
from dataclasses import replace

import numpy as np
import tensorflow as tf
import tf_keras

from deploy.compress.quantize import quantizable
from distill.bank.outputs import Outputs, says_the_same
from distill.bank.speed import Converted, measured_speed
from distill.examples import Examples, Splits, scaled
from distill.precision import computing_in, in_halves
from distill.recipe import Recipe
from distill.teacher_nets import build_teacher
from distill.train import train
from distill.views.augmentation import Augmentation, Views
from experiments.hours.rates import Rates
from experiments.run.context import Context
from experiments.teachers.ready import ReadyTeacher
from experiments.training.student_recipe import student_recipe
from search.build import build
from search.genotype import Genotype

_STEPS, _EPOCHS = 6, 3
_ROWS = 100
_EXAMPLES_PER_FILE_S = 500
_FILE_S = 6.0


def measure_rates(context: Context, student: Genotype, teacher: ReadyTeacher | None) -> Rates:
    """The speeds of this machine with this experiment.

    Args:
        student: the one to measure with.
        teacher: one that was brought; None where teachers are trained here, or nothing teaches.
    """
    experiment, task = context.experiment, context.data.task
    recipe = student_recipe(context)
    began = time.monotonic()
    with computing_in(recipe.precision):
        model = build(student, seed=0)
    examples = len(context.data.splits.seen(taught=True))
    student_images_per_s, traced_s = _training_rate(model, recipe, examples)
    pixels = np.random.default_rng(0).uniform(-1, 1, (2, *task.input_shape)).astype(np.float32)
    quantized = quantizable(build(student, seed=0), keep_zeros=False, inputs=pixels)
    quantized_images_per_s, _ = _training_rate(quantized, recipe, examples)
    teacher_images_per_s = rows_per_s = None
    if teacher is not None:
        rows_per_s = _rows_per_s(context, teacher.outputs, teacher.int8)
    elif experiment.distillation.stages:
        settings = experiment.teacher
        net = build_teacher(settings, input_shape=task.input_shape, classes=task.classes, seed=0)
        forward = tf.function(lambda pixels: in_halves(net, pixels, training=False))
        rows_per_s = _rows_per_s(context, lambda pixels, numbers: {"logits": forward(pixels).numpy()})
        teacher_images_per_s, _ = _training_rate(net, settings.training.recipe, len(context.data.train))
    tf_keras.backend.clear_session()
    context.display.say(f"speeds measured in {time.monotonic() - began:.0f} s")
    return Rates(
        student_images_per_s=student_images_per_s,
        quantized_images_per_s=quantized_images_per_s,
        teacher_images_per_s=teacher_images_per_s,
        bank_rows_per_s=rows_per_s,
        start_s=traced_s,
        file_s=_FILE_S + len(context.data.validation) / _EXAMPLES_PER_FILE_S,
    )


def _training_rate(model: tf_keras.Model, recipe: Recipe, examples: int) -> tuple[float, float]:
    """Images a second in the fastest of some epochs on labels, and the seconds of building and tracing.

    Epochs are short ones, of no more examples than there are: of few, most of an epoch passes beside its steps.
    """
    count = min(examples, _STEPS * recipe.batch_size)
    rng, classes = np.random.default_rng(0), model.output_shape[-1]
    pixels = rng.integers(0, 256, (count, *model.input_shape[1:]), np.uint8)
    labels = np.arange(len(pixels)) % classes
    drawn = Examples(pixels=pixels, labels=labels, classes=classes)
    few = Examples(pixels=pixels[:2], labels=labels[:2], classes=classes)
    ends = [time.monotonic()]
    train(
        model,
        Splits(train=drawn, validation=few),
        replace(recipe, learning_rate=1e-6, patience_epochs=None),
        epochs=_EPOCHS,
        views=Views(augmentation=Augmentation(), count=1, seed=0),
        on_epoch=lambda epoch, metrics: ends.append(time.monotonic()),
    )
    seconds = [end - before for before, end in itertools.pairwise(ends)]
    fastest = min(seconds[1:])
    return len(pixels) / fastest, seconds[0] - fastest


def _rows_per_s(context: Context, teacher: Outputs, int8: Converted = lambda: None) -> float:
    """Rows a second in which the bank fills, in the numbers that will be taken."""
    examples, experiment = context.data.splits.seen(taught=True), context.experiment
    pixels = tf.constant(scaled(examples.pixels[:_ROWS].astype(np.float32)))
    numbers = np.arange(len(pixels))
    rows_left = experiment.views * len(examples)
    speed = measured_speed(teacher, pixels, numbers, rows_left=rows_left, int8=int8)
    pairs = experiment.augmentation.mirrored_pairs and says_the_same(
        teacher(pixels, numbers), teacher(pixels[:, :, ::-1], numbers)
    )
    return speed.rows_per_s * (1 + pairs)
