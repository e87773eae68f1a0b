"""The Keras model that `fit` trains: a student, its objective, a step that checks its numbers; and validation."""

import functools
from typing import Any

import numpy as np
import tensorflow as tf
import tf_keras

from distill.divergence import finite_gradients
from distill.examples import Examples, scaled
from distill.losses import has_label
from distill.objective import Objective
from distill.optimizer import LossScaleOptimizer
from distill.pace import Progress
from distill.precision import LEAST_BATCH, in_halves

# Of validation. On fewer examples than many, halves save less than a second copy of the model takes to trace.
_BATCH, _MANY = 500, 5_000

# At a momentum of 0.9 the last twenty or so decide.
_STATISTICS_BATCHES = 60


class TrainingModel(tf_keras.Model):
    """A model (student or teacher) with the objective that it is trained by."""

    def __init__(self, student: tf_keras.Model, objective: Objective, *, progress: Progress):
        super().__init__(name="training")
        self.student = student
        self.regressors = objective.regressor_layers
        self._objective, self.progress = objective, progress
        self._loss, self._accuracy = tf_keras.metrics.Mean("loss"), tf_keras.metrics.Mean("accuracy")

    @property
    def metrics(self):
        return [self._loss, self._accuracy]

    def make_train_function(self, force=False):
        if self.train_function is None or force:
            self.train_function = self._execution(self._train_batch)
        return self.train_function

    def _execution(self, step):
        """Several steps in one call. tf_keras's own loop traces the step twice, which takes seconds."""

        @tf.function(reduce_retracing=True, autograph=False)
        def execution(iterator):
            def one(done):
                self.distribute_strategy.run(step, args=(next(iterator),))
                return done + 1

            tf.while_loop(lambda done: done < self._steps_per_execution, one, [tf.constant(0, tf.int64)])
            return {metric.name: metric.result() for metric in self.metrics}

        return execution

    def _train_batch(self, data) -> None:
        pixels, targets = data
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        progress = self.progress(self.optimizer.iterations)
        with tf.GradientTape() as tape:
            outputs = self._outputs(pixels)
            losses = self._objective(outputs, targets, progress)
            loss = tf.debugging.check_numerics(tf.reduce_mean(losses), "loss")
            # The strategy adds up the gradients of its replicas.
            share = loss / replicas
            scaler = self.optimizer if isinstance(self.optimizer, LossScaleOptimizer) else None
            share = share if scaler is None else scaler.get_scaled_loss(share)
        variables = self.trainable_variables
        gradients: Any = tape.gradient(share, variables)
        if scaler is not None:
            gradients = scaler.get_unscaled_gradients(gradients)
        checks = finite_gradients(gradients, variables, None if scaler is None else scaler.loss_scale)
        # Only a step whose numbers are finite counts, so that the counter names the first that is not.
        with tf.control_dependencies([loss, *checks]):
            self.optimizer.apply_gradients(zip(gradients, variables))
        self._measure(loss, outputs, targets["labels"])

    def _outputs(self, pixels):
        if pixels.shape[0] is None or pixels.shape[0] < LEAST_BATCH:
            return self._objective.model(pixels, training=True)
        return in_halves(self._objective.model, pixels, training=True)

    def _measure(self, loss, outputs, labels) -> None:
        logits = outputs["logits"] if isinstance(outputs, dict) else outputs
        self._loss.update_state(loss)
        right = tf.equal(tf.argmax(labels, axis=-1), tf.argmax(logits, axis=-1))
        self._accuracy.update_state(right, sample_weight=tf.cast(has_label(labels), tf.float32))


class Validation(tf_keras.callbacks.Callback):
    """Adds `val_accuracy` to the logs of some epochs, the last among them, for the callbacks behind it.

    tf_keras's own validation traces another loop of steps and opens a data set each time, which on small sets takes
    longer than the student.
    """

    def __init__(self, student: tf_keras.Model, examples: Examples, *, every: int, epochs: int):
        """
        Args:
            every: validates after each so many epochs.
            epochs: of the training; it may be stopped before.
        """
        super().__init__()
        self._examples, self._every, self._epochs = examples, every, epochs

        forward = functools.partial(in_halves, student) if len(examples) >= _MANY else student

        @tf.function(input_signature=[tf.TensorSpec((None, *examples.input_shape), tf.uint8)], autograph=False)
        def classes(pixels):
            return tf.argmax(forward(scaled(tf.cast(pixels, tf.float32)), training=False), axis=-1)

        self._classes = classes

    def on_epoch_end(self, epoch, logs=None):
        model: Any = self.model
        if logs is not None and ((epoch + 1) % self._every == 0 or epoch + 1 == self._epochs or model.stop_training):
            logs["val_accuracy"] = self.accuracy()

    def accuracy(self) -> float:
        """Share of the examples, as they are, whose class has the largest logit."""
        pixels, starts = self._examples.pixels, range(0, len(self._examples), _BATCH)
        classes = [self._classes(pixels[start : start + _BATCH]).numpy() for start in starts]
        return float(np.mean(np.concatenate(classes) == self._examples.labels))


def renew_statistics(model: tf_keras.Model, stream: tf.data.Dataset) -> None:
    """Recompute the statistics of batch normalization for averaged weights: they are those of the last weights."""
    forward = tf.function(lambda pixels: model(pixels, training=True))
    for pixels, _ in stream.take(_STATISTICS_BATCHES):
        forward(pixels)
