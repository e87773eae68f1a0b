"""Training a compressed model under the model that it came from."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import tensorflow as tf
import tf_keras

from deploy.compress.compression import Compression
from deploy.compress.steps import Phase, Training
from deploy.digests import sha256_of
from distill.bank.teacher_bank import TeacherBank
from distill.stream import steps_per_epoch
from distill.train import train
from experiments.deploying.brought_model import BroughtModel
from experiments.deploying.deployment import Deployment
from experiments.run.context import Context
from experiments.teachers.ready import ReadyTeacher
from experiments.teachers.teach import fill

VIEWS = 4
"""Of each training example, in the bank."""


def training_under_itself(
    deployment: Deployment, context: Context, brought: BroughtModel
) -> Callable[[Compression], Training]:
    """The training of each compressed model, with the model that it came from as its teacher."""
    again = replace(context.experiment.student, precision="float32")
    slow = replace(again, learning_rate=context.experiment.finalists.learning_rate)
    recipes = {"pruning": again, "quantization": slow}
    data, epochs = context.data, deployment.epochs

    @functools.cache
    def bank() -> TeacherBank:
        teacher = as_scaled(brought.model, brought.input_range)

        def outputs(pixels: tf.Tensor, numbers: np.ndarray) -> dict[str, np.ndarray]:
            return {"logits": teacher(pixels, training=False)}

        digest = sha256_of(deployment.model.read_bytes())
        teaching = ReadyTeacher(
            outputs=outputs, digest=f"{digest} {brought.input_range}", accuracy=1.0, description="itself"
        )
        filled = fill(context, teaching)
        context.display.stage("compress")
        return filled

    def training(compression: Compression) -> Training:
        def finetune(
            model: tf_keras.Model, phase: Phase, callbacks: Sequence[tf_keras.callbacks.Callback], share: float
        ) -> None:
            part = max(1, round(share * epochs))

            def on_epoch(epoch: int, metrics: dict[str, float]) -> None:
                context.display.step(f"{compression}, {phase}, epoch {epoch}/{part}")

            train(
                as_scaled(model, brought.input_range),
                data.splits,
                recipes[phase],
                epochs=part,
                views=context.views,
                teaching=context.teaching(bank()),
                callbacks=callbacks,
                on_epoch=on_epoch,
            )

        steps = steps_per_epoch(data.splits.seen(taught=True), again.batch_size)
        return Training(finetune=finetune, pruning_steps=epochs * steps)

    return training


def as_scaled(model: tf_keras.Model, input_range: tuple[float, float]) -> tf_keras.Model:
    """A model with shared weights that takes pixels in SCALED_RANGE, from -1 to 127/128, as all training here does."""
    low, high = input_range
    step = (high - low) / 255
    image = tf_keras.Input(model.input_shape[1:])
    return tf_keras.Model(image, model(tf_keras.layers.Rescaling(128 * step, low + 128 * step)(image)))
