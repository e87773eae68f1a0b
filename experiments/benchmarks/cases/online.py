"""Distillation with the teacher in every step, as the knowledge distillation example of keras.io does."""

import tensorflow as tf
import tf_keras

from distill.distillation import Distillation
from distill.examples import Examples
from distill.losses import cross_entropy, soft_targets
from distill.optimizer import build_optimizer
from distill.stream import batches, steps_per_epoch
from distill.train import OnEpoch
from distill.views.augmentation import Views
from experiments.experiment import Experiment


class Distiller(tf_keras.Model):
    """A student that learns from labels and from its teacher's logits, which are computed in every step."""

    def __init__(self, student: tf_keras.Model, teacher: tf_keras.Model, distillation: Distillation):
        super().__init__()
        self.student, self.teacher, self.distillation = student, teacher, distillation
        self.teacher.trainable = False

    def train_step(self, data):
        """One step on a batch of pixels and targets."""
        pixels, targets = data
        weight, temperature = self.distillation.student_loss_weight, self.distillation.temperature
        teacher_logits = self.teacher(pixels, training=False)
        with tf.GradientTape() as tape:
            logits = self.student(pixels, training=True)
            alone = tf.reduce_mean(cross_entropy(targets["labels"], logits))
            loss = weight * alone + (1 - weight) * tf.reduce_mean(soft_targets(teacher_logits, logits, temperature))
        variables = self.student.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return {"loss": loss}


def fit_online(
    student: tf_keras.Model,
    teacher: tf_keras.Model,
    examples: Examples,
    experiment: Experiment,
    views: Views,
    *,
    epochs: int,
    on_epoch: OnEpoch,
) -> None:
    """Train a student in place, by the experiment's recipe and on the views that a bank would have."""
    recipe = experiment.student
    steps = steps_per_epoch(examples, recipe.batch_size)
    stream = batches(examples, views, batch_size=recipe.batch_size, epochs=range(epochs), order_seed=views.seed)
    distiller = Distiller(student, teacher, experiment.distillation)
    distiller.compile(build_optimizer(recipe, steps * epochs), steps_per_execution=min(steps, 16))
    report_epoch = tf_keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: on_epoch(epoch + 1, logs))
    distiller.fit(stream, epochs=epochs, steps_per_epoch=steps, callbacks=[report_epoch], verbose=0)  # pyright: ignore[reportArgumentType]
