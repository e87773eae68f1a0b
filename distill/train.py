"""Training a model on seeded views, with or without a teacher bank."""

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf
import tf_keras

from distill.bank import TeacherBank
from distill.checkpoint import Checkpoint
from distill.distillation import Distillation
from distill.divergence import TrainingDiverged, likely_cause
from distill.examples import Examples, scaled
from distill.objective import Objective
from distill.optimizer import OptimizerState, build_optimizer
from distill.recipe import Recipe
from distill.stream import batches, steps_per_epoch
from distill.views.augmentation import Views

# With a momentum of 0.9 the last twenty or so decide.
_STATISTICS_BATCHES = 60

OnEpoch = Callable[[int, dict[str, float]], None]


def train(
    model: tf_keras.Model,
    examples: Examples,
    recipe: Recipe,
    *,
    epochs: int,
    views: Views,
    validation: Examples,
    bank: TeacherBank | None = None,
    distillation: Distillation | None = None,
    order_seed: int | None = None,
    callbacks: Sequence[tf_keras.callbacks.Callback] = (),
    on_epoch: OnEpoch = lambda epoch, metrics: None,
    checkpoint: Path | None = None,
    state: OptimizerState | None = None,
) -> float:
    """Train in place; returns the accuracy on `validation` at the end.

    Args:
        model: from scaled pixels to logits. One that was built in the scope of a `tf.distribute` strategy is trained
            with it.
        bank: the teacher's outputs for the same examples and views; None trains on labels alone.
        distillation: how to listen to the bank; needed with one.
        order_seed: seed of the order of the examples; None is the views' seed.
        on_epoch: called after each epoch with its number from 1 and loss, accuracy, validation_accuracy.
        checkpoint: a folder to go on from, and to keep the state in between epochs; None keeps nothing.
        state: what the optimizer knows from an earlier training of the model; it has what it knows after this one. The
            schedule of the learning rate begins anew. A regressor's training begins anew each time, and state with it.

    Raises:
        TrainingDiverged: a loss or gradient became NaN or infinite; the message names the step and the likely cause.
    """
    steps = steps_per_epoch(examples, recipe.batch_size)
    before = state or OptimizerState()
    with model.distribute_strategy.scope():
        optimizer = build_optimizer(recipe, steps * epochs, first_step=before.steps)
        shapes = {} if bank is None else {name: array.shape[1:] for name, array in bank.read([0], [0]).items()}
        objective = Objective(model, recipe.label_smoothing, distillation if bank is not None else None, shapes)
        training = _Training(model, objective, before.steps, steps * epochs)
        training.compile(optimizer, steps_per_execution=min(steps, 16))
        if not objective.regressor_layers:
            # With its variables at hand, the step is traced once; a regressor has none before.
            optimizer.build(training.trainable_variables)
            before.restore(optimizer)
    kept = Checkpoint(checkpoint, training, optimizer)
    first = kept.restore()

    def stream_of(epochs: range):
        return batches(
            examples,
            views,
            batch_size=recipe.batch_size,
            epochs=epochs,
            order_seed=views.seed if order_seed is None else order_seed,
            bank=bank,
        )

    validating = (
        scaled(validation.pixels.astype(np.float32)),
        np.eye(validation.classes, dtype=np.float32)[validation.labels],
    )

    def report(epoch: int, logs: dict[str, float]) -> None:
        on_epoch(
            epoch + 1,
            dict(loss=float(logs["loss"]), accuracy=float(logs["accuracy"]), validation_accuracy=logs["val_accuracy"]),
        )

    stopping = [
        tf_keras.callbacks.EarlyStopping(
            monitor="val_accuracy", mode="max", patience=recipe.patience_epochs, restore_best_weights=True
        )
    ] * (recipe.patience_epochs is not None)
    with _reporting_divergence(training, recipe, steps, bank):
        training.fit(
            stream_of(range(first, epochs)),
            initial_epoch=first,
            epochs=epochs,
            steps_per_epoch=steps,
            validation_data=validating,
            validation_batch_size=500,
            callbacks=[
                *callbacks,
                *stopping,
                tf_keras.callbacks.LambdaCallback(on_epoch_end=report),
                *kept.callbacks(),
            ],
            verbose=0,
        )
    if recipe.ema_momentum is not None:
        _renew_statistics(model, stream_of(range(epochs - 1, epochs)))
    if state is not None and not objective.regressor_layers:
        state.keep(optimizer)
    # Averaged or restored weights are others than those of the last epoch.
    return float(training.evaluate(*validating, batch_size=500, verbose=0, return_dict=True)["accuracy"])


def predict(model: tf_keras.Model, pixels: np.ndarray) -> np.ndarray:
    """Logits, float32 of shape (examples, classes), of uint8 pixels."""
    return model.predict(scaled(pixels.astype(np.float32)), batch_size=500, verbose=0)


def accuracy(model: tf_keras.Model, examples: Examples) -> float:
    """Share of the examples, as they are, whose class has the largest logit."""
    return float(np.mean(predict(model, examples.pixels).argmax(axis=1) == examples.labels))


def _renew_statistics(model: tf_keras.Model, stream: tf.data.Dataset) -> None:
    """Batch normalization has the statistics of the last weights; averaged weights need their own."""
    forward = tf.function(lambda pixels: model(pixels, training=True))
    for pixels, _ in stream.take(_STATISTICS_BATCHES):
        forward(pixels)


class _Training(tf_keras.Model):
    """A student (or a teacher) with what it is trained by, for `fit`."""

    def __init__(self, student: tf_keras.Model, objective: Objective, first_step: int, steps: int):
        super().__init__(name="training")
        self.student = student
        self.regressors = objective.regressor_layers
        self._objective, self.first_step, self._steps = objective, first_step, steps
        self._loss, self._accuracy = tf_keras.metrics.Mean("loss"), tf_keras.metrics.Mean("accuracy")

    @property
    def metrics(self):
        return [self._loss, self._accuracy]

    def call(self, pixels, training=False):
        return self.student(pixels, training=training)

    def make_train_function(self, force=False):
        if self.train_function is None or force:
            self.train_function = self._execution(self.train_step)
        return self.train_function

    def make_test_function(self, force=False):
        if self.test_function is None or force:
            self.test_function = self._execution(self.test_step)
        return self.test_function

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

    def train_step(self, data):
        pixels, targets = data
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        progress = tf.cast(self.optimizer.iterations - self.first_step, tf.float32) / self._steps
        with tf.GradientTape() as tape:
            outputs = self._objective.model(pixels, training=True)
            losses = self._objective(outputs, targets, progress)
            loss = tf.debugging.check_numerics(tf.reduce_mean(losses), "loss")
            # The strategy adds up the gradients of its replicas.
            share = loss / replicas
        variables = self.trainable_variables
        gradients = [
            None if gradient is None else tf.debugging.check_numerics(gradient, f"gradient of {variable.name}")
            for gradient, variable in zip(tape.gradient(share, variables), variables)
        ]
        # Only a step whose numbers are numbers counts, so that the counter names the first that is not.
        with tf.control_dependencies([loss, *(gradient for gradient in gradients if gradient is not None)]):
            self.optimizer.apply_gradients(zip(gradients, variables))
        self._measure(loss, outputs, targets["labels"])

    def test_step(self, data):
        pixels, labels = data
        outputs = self.student(pixels, training=False)
        loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels, outputs))
        self._measure(loss, outputs, labels)

    def _measure(self, loss, outputs, labels):
        logits = outputs["logits"] if isinstance(outputs, dict) else outputs
        self._loss.update_state(loss)
        self._accuracy.update_state(tf.equal(tf.argmax(labels, axis=-1), tf.argmax(logits, axis=-1)))


@contextlib.contextmanager
def _reporting_divergence(training: _Training, recipe: Recipe, steps: int, bank: TeacherBank | None):
    try:
        yield
    except tf.errors.InvalidArgumentError as error:
        if "check_numerics" not in str(error).lower() and "NaN" not in str(error) and "Inf" not in str(error):
            raise
        step = int(training.optimizer.iterations.numpy()) - training.first_step
        raise TrainingDiverged(likely_cause(str(error), step, steps, recipe, bank)) from error
