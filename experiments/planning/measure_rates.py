"""Measurement of the speeds that a plan is made from, in some seconds, on synthetic pixels."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
import tf_keras

from deploy.compress.quantize import quantizable
from distill.bank.fill import Outputs, says_the_same
from distill.bank.speed import measured_speed
from distill.precision import computing_in
from distill.teacher_nets import build_teacher
from experiments.hours.rates import Rates
from experiments.run.context import Context
from experiments.teachers.ready import ReadyTeacher
from experiments.training.student_recipe import student_recipe
from search.build import build
from search.genotype import Genotype

_STEPS, _ROUNDS = 4, 3
_ROWS = 100
_EXAMPLES_PER_FILE_S = 500
_FILE_S = 6.0
# The signature of tf_keras's `fit` has it as a str.
_SILENT: Any = 0


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
    student_images_per_s, traced_s = _training_rate(model, recipe.batch_size)
    quantized = quantizable(build(student, seed=0), keep_zeros=False, inputs=_pixels(model, 2))
    quantized_images_per_s, _ = _training_rate(quantized, recipe.batch_size)
    teacher_images_per_s = rows_per_s = None
    if teacher is not None:
        rows_per_s = _rows_per_s(context, teacher.outputs)
    elif experiment.distillation.stages:
        settings = experiment.teacher
        net = build_teacher(settings, input_shape=task.input_shape, classes=task.classes, seed=0)
        forward = tf.function(lambda pixels: net(pixels, training=False))
        rows_per_s = _rows_per_s(context, lambda pixels, numbers: {"logits": forward(pixels).numpy()})
        teacher_images_per_s, _ = _training_rate(net, settings.recipe.batch_size)
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


def _pixels(model: tf_keras.Model, count: int) -> np.ndarray:
    return np.random.default_rng(0).uniform(-1, 1, (count, *model.input_shape[1:])).astype(np.float32)


def _training_rate(model: tf_keras.Model, batch_size: int) -> tuple[float, float]:
    """Images a second in the fastest of some rounds, and the seconds of tracing."""
    loss = tf_keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(tf_keras.optimizers.SGD(1e-6), loss=loss, steps_per_execution=_STEPS)
    pixels = _pixels(model, _STEPS * batch_size)
    labels = np.arange(len(pixels)) % model.output_shape[-1]
    seconds = [
        _seconds(lambda: model.fit(pixels, labels, batch_size=batch_size, verbose=_SILENT)) for _ in range(1 + _ROUNDS)
    ]
    return len(pixels) / min(seconds[1:]), seconds[0]


def _rows_per_s(context: Context, outputs: Outputs) -> float:
    """Rows a second in which the bank fills, in the precision that will be taken."""
    task, experiment, numbers = context.data.task, context.experiment, np.arange(_ROWS)
    pixels = tf.random.uniform((_ROWS, *task.input_shape), -1, 1, seed=0)
    rows_left = experiment.views * len(context.data.train)
    speed = measured_speed(lambda: outputs(pixels, numbers), rows=_ROWS, rows_left=rows_left)
    pairs = experiment.augmentation.mirrored_pairs and says_the_same(
        outputs(pixels, numbers), outputs(pixels[:, :, ::-1], numbers)
    )
    return speed.rows_per_s * (1 + pairs)


def _seconds(task: Callable[[], object]) -> float:
    began = time.monotonic()
    task()
    return time.monotonic() - began
