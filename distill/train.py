"""Training a model on seeded views, with or without a teacher bank."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf
import tf_keras

from distill.bank.teaching import Teaching
from distill.checkpoint import Checkpoint, Resume
from distill.divergence import reporting_divergence
from distill.examples import Examples, Pixels, Splits, chunks, scaled
from distill.objective import Objective
from distill.optimizer import OptimizerState, build_optimizer, loss_scaled
from distill.pace import Pacing, Progress
from distill.recipe import Recipe
from distill.stream import batches, steps_per_epoch
from distill.training_model import TrainingModel, Validation, renew_statistics
from distill.views.augmentation import Views

_VALIDATIONS = 10

# Of a training whose length is in seconds. The pace is known after two epochs: schedules must not have ended by then.
_FEWEST_EXPECTED, _MOST_EPOCHS = 8, 1_000_000

# The signatures of tf_keras have it as a str.
_SILENT: Any = 0

OnEpoch = Callable[[int, dict[str, float]], None]


def train(
    model: tf_keras.Model,
    splits: Splits,
    recipe: Recipe,
    *,
    epochs: int,
    views: Views,
    teaching: Teaching | None = None,
    order_seed: int | None = None,
    callbacks: Sequence[tf_keras.callbacks.Callback] = (),
    on_epoch: OnEpoch = lambda epoch, metrics: None,
    resume: Resume = Resume(),  # noqa: B008
    seconds: float | None = None,
) -> float:
    """Train in place; returns the accuracy on the validation split at the end.

    Args:
        model: from scaled pixels to logits. One that was built in the scope of a `tf.distribute` strategy is trained
            with it.
        views: those of the bank, where a teacher teaches.
        teaching: bank and distillation settings; None trains on labels alone, and so on labelled examples alone.
        order_seed: seed of the order of the examples; None is the views' seed.
        on_epoch: called after each epoch with its number from 1, loss and accuracy; some ten times in a training and
            after its last epoch also with validation_accuracy, or always where the recipe has patience.
        resume: checkpoint folder and optimizer state of an earlier training.
        seconds: length of the training, or of what is left of a resumed one; `epochs` is then the number to expect. It
            ends after a whole epoch. None is as long as the epochs take.

    Raises:
        TrainingDiverged: a loss or gradient became NaN or infinite; the message names the step and the likely cause.
    """
    examples, bank = splits.seen(taught=teaching is not None), teaching.bank if teaching else None
    steps = steps_per_epoch(examples, recipe.batch_size)
    if seconds is not None:
        epochs = max(epochs, _FEWEST_EXPECTED)
    before = resume.optimizer or OptimizerState()
    with model.distribute_strategy.scope():
        progress = Progress(first_step=before.steps, steps=steps * epochs)
        paced = progress if seconds is not None else None
        plain = build_optimizer(recipe, steps * epochs, first_step=before.steps, progress=paced)
        optimizer = loss_scaled(model, plain)
        distillation, shapes = (teaching.distillation, teaching.bank.output_shapes) if teaching else (None, {})
        objective = Objective(model, recipe.label_smoothing, distillation, shapes)
        training = TrainingModel(model, objective, progress=progress)
        training.compile(optimizer, steps_per_execution=min(steps, 16))
        if not objective.regressor_layers:
            # With its variables at hand, the step is traced once; a regressor has none before.
            optimizer.build(training.trainable_variables)
            before.restore(optimizer)
    checkpoint = Checkpoint(resume.folder, training, optimizer)
    first_epoch = checkpoint.restore()
    pacing = [] if seconds is None else [Pacing(progress, seconds=seconds, steps_per_epoch=steps)]
    last_epoch = epochs if seconds is None else _MOST_EPOCHS

    def stream_of(epochs: range) -> tf.data.Dataset:
        return batches(
            examples,
            views,
            batch_size=recipe.batch_size,
            epochs=epochs,
            order_seed=views.seed if order_seed is None else order_seed,
            bank=bank,
        )

    every = 1 if recipe.patience_epochs is not None else max(1, epochs // _VALIDATIONS)
    validation = Validation(model, splits.validation, every=every, epochs=last_epoch)
    with reporting_divergence(training, recipe, steps, bank, first_step=before.steps):
        training.fit(
            stream_of(range(first_epoch, last_epoch)),
            initial_epoch=first_epoch,
            epochs=last_epoch,
            steps_per_epoch=steps,
            callbacks=[
                *pacing,
                validation,
                *callbacks,
                *_early_stopping(recipe),
                _reporting_epochs(on_epoch),
                *checkpoint.callbacks(),
            ],
            verbose=_SILENT,
        )
    if recipe.ema_momentum is not None:
        renew_statistics(model, stream_of(range(epochs - 1, epochs)))
    if resume.optimizer is not None and not objective.regressor_layers:
        resume.optimizer.update(optimizer)
    # Averaged or restored weights are others than those of the last epoch.
    return validation.accuracy()


def predict(model: tf_keras.Model, pixels: Pixels) -> np.ndarray:
    """Logits, float32 of shape (examples, classes), of uint8 pixels."""
    parts = (scaled(chunk.astype(np.float32)) for chunk in chunks(pixels))
    return np.concatenate([model.predict(part, batch_size=500, verbose=_SILENT) for part in parts])


def accuracy(model: tf_keras.Model, examples: Examples) -> float:
    """Share of the examples, as they are, whose class has the largest logit."""
    return float(np.mean(predict(model, examples.pixels).argmax(axis=1) == examples.labels))


def _early_stopping(recipe: Recipe) -> list[tf_keras.callbacks.Callback]:
    if recipe.patience_epochs is None:
        return []
    return [
        tf_keras.callbacks.EarlyStopping(
            monitor="val_accuracy", mode="max", patience=recipe.patience_epochs, restore_best_weights=True
        )
    ]


def _reporting_epochs(on_epoch: OnEpoch) -> tf_keras.callbacks.Callback:
    def report(epoch: int, logs: dict[str, float]) -> None:
        metrics = {"loss": float(logs["loss"]), "accuracy": float(logs["accuracy"])}
        if "val_accuracy" in logs:
            metrics["validation_accuracy"] = logs["val_accuracy"]
        on_epoch(epoch + 1, metrics)

    return tf_keras.callbacks.LambdaCallback(on_epoch_end=report)
