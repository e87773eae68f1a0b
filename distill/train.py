"""Training a model on seeded views, with or without a teacher bank."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import tensorflow as tf
import tf_keras

from distill import losses
from distill.augmentation import Augmentation
from distill.bank import TeacherBank
from distill.examples import Examples, scaled
from distill.recipe import Distillation, Recipe
from distill.views import renderer

OnEpoch = Callable[[int, dict[str, float]], None]


class TrainingDiverged(RuntimeError):
    """The loss stopped being a number; the message names the epoch."""


def train(
    model: tf_keras.Model,
    examples: Examples,
    recipe: Recipe,
    *,
    epochs: int,
    augmentation: Augmentation,
    views: int,
    seed: int,
    validation: Examples,
    bank: TeacherBank | None = None,
    distillation: Distillation | None = None,
    callbacks: Sequence[tf_keras.callbacks.Callback] = (),
    on_epoch: OnEpoch = lambda epoch, metrics: None,
) -> float:
    """Train in place; returns the accuracy on `validation` at the end.

    Args:
        model: from pixels in [-1, 1] to logits.
        bank: the teacher's logits of the same examples, augmentation, views and seed; None trains on labels alone.
        distillation: how to weigh the bank against the labels; needed with a bank.
        on_epoch: called after each epoch with its number from 1 and loss, accuracy, validation_accuracy.

    Raises:
        TrainingDiverged: the loss became NaN or infinite.
    """
    steps = max(1, len(examples) // recipe.batch_size)
    batches = _batches(
        examples, recipe.batch_size, augmentation, epochs=epochs, views=views, seed=seed, steps=steps, bank=bank
    )
    optimizer = tf_keras.optimizers.AdamW(
        _warmup_cosine(recipe, steps * epochs), weight_decay=recipe.weight_decay, clipnorm=5.0
    )
    model.compile(optimizer, loss=_loss(distillation), metrics=[_accuracy], steps_per_execution=min(steps, 16))

    def report(epoch, logs):
        if not math.isfinite(logs["loss"]):
            raise TrainingDiverged(
                f"the loss is {logs['loss']} in epoch {epoch + 1} of {epochs}; "
                f"a smaller learning rate than {recipe.learning_rate} is the first thing to try"
            )
        names = {"loss": "loss", "_accuracy": "accuracy", "val__accuracy": "validation_accuracy"}
        on_epoch(epoch + 1, {name: float(logs[key]) for key, name in names.items()})

    history = model.fit(
        batches,
        epochs=epochs,
        steps_per_epoch=steps,
        validation_data=(scaled(validation.pixels.astype(np.float32)), validation.labels[:, None].astype(np.float32)),
        validation_batch_size=500,
        callbacks=[*callbacks, tf_keras.callbacks.LambdaCallback(on_epoch_end=report)],
        verbose=0,
    )
    return float(history.history["val__accuracy"][-1])


def predict(model: tf_keras.Model, pixels: np.ndarray) -> np.ndarray:
    """Logits, float32 of shape (examples, classes), of uint8 pixels."""
    return model.predict(scaled(pixels.astype(np.float32)), batch_size=500, verbose=0)


def _batches(examples, batch_size, augmentation, *, epochs, views, seed, steps, bank):
    """All epochs in one stream of (pixels, targets): the label, then the teacher's logits if there is a bank."""
    order = np.stack(
        [
            np.random.Generator(np.random.Philox(key=[seed, epoch])).permutation(len(examples))[: steps * batch_size]
            for epoch in range(epochs)
        ]
    ).reshape(epochs * steps, -1)
    # A different view in each epoch, in turn.
    view_of_step = np.repeat(np.arange(epochs) % views, steps)
    render = renderer(examples, augmentation, views=views, seed=seed)
    labels = tf.constant(examples.labels[:, None].astype(np.float32))
    teacher = None if bank is None else tf.constant(bank.logits)

    def batch(numbers, view):
        view_numbers = tf.fill(tf.shape(numbers), view)
        targets = tf.gather(labels, numbers)
        if teacher is not None:
            logits = tf.gather_nd(teacher, tf.stack([view_numbers, numbers], axis=1))
            targets = tf.concat([targets, tf.cast(logits, tf.float32)], axis=1)
        return render(numbers, view_numbers), targets

    stream = tf.data.Dataset.from_tensor_slices((order, view_of_step))
    return stream.map(batch, num_parallel_calls=2, deterministic=True).prefetch(4)


def _loss(distillation: Distillation | None):
    def loss(targets, logits):
        labels = tf.cast(targets[:, 0], tf.int32)
        if targets.shape[1] == 1:
            return losses.cross_entropy(labels, logits)
        taught = losses.soft_targets(targets[:, 1:], logits, distillation.temperature)
        alone = losses.cross_entropy(labels, logits)
        return distillation.student_loss_weight * alone + (1 - distillation.student_loss_weight) * taught

    return loss


def _accuracy(targets, logits):
    return tf.cast(tf.equal(tf.cast(targets[:, 0], tf.int64), tf.argmax(logits, axis=-1)), tf.float32)


def _warmup_cosine(recipe: Recipe, steps: int):
    warmup = int(recipe.warmup_fraction * steps)
    if warmup == 0:
        return tf_keras.optimizers.schedules.CosineDecay(recipe.learning_rate, steps)
    return tf_keras.optimizers.schedules.CosineDecay(
        0.0, max(1, steps - warmup), warmup_target=recipe.learning_rate, warmup_steps=warmup
    )
