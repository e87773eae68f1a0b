"""Teachers that are trained here, on labels or by another teacher, and stored for further runs."""

import functools
import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import tensorflow as tf
import tf_keras

from deploy.files import atomic
from distill.bank.teacher_bank import TeacherBank
from distill.checkpoint import Resume
from distill.features import with_features
from distill.precision import computing_in, in_halves
from distill.teacher import Teacher
from distill.teacher_nets import build_teacher
from distill.train import accuracy, train
from distill.views.augmentation import Views
from distill.weights import load_weights, save_weights, weights_digest
from experiments.run import home
from experiments.run.context import Context
from experiments.run.folder import waited_for
from experiments.run.precision import settled_recipe
from experiments.run.records import TeacherEpoch, TeacherReady
from experiments.teachers.address import teacher_address
from experiments.teachers.fine_tuned import head_first
from experiments.teachers.in_int8 import int8_outputs
from experiments.teachers.ready import ReadyTeacher, layers_of


def trained_teacher(context: Context, seed: int) -> ReadyTeacher:
    """A teacher that is trained on the labels."""
    return _ready(context, f"teacher{seed}", *trained_model(context, seed))


def trained_model(context: Context, seed: int) -> tuple[tf_keras.Model, float]:
    """Model and validation accuracy of `trained_teacher`."""
    return _trained(context, f"teacher{seed}", context.experiment.teacher, seed, None)


def trained_assistant(context: Context, width: int, bank: TeacherBank) -> ReadyTeacher:
    """A teacher of another width that is taught by a bank (Mirzadeh 2020)."""
    name = f"assistant{width}"
    settings = context.experiment.teacher.assistant(width)
    return _ready(context, name, *_trained(context, name, settings, context.experiment.seed, bank))


def _ready(context: Context, name: str, model: tf_keras.Model, reached: float) -> ReadyTeacher:
    layers = layers_of(context.experiment)
    inner = with_features(model, layers)
    forward = tf.function(lambda pixels: in_halves(inner, pixels, training=False))

    def outputs(pixels: tf.Tensor, numbers: np.ndarray) -> dict[str, np.ndarray]:
        return {key: tensor.numpy() for key, tensor in forward(pixels).items()}

    copy = functools.partial(int8_outputs, model, context.data.train, context.display.say)
    return ReadyTeacher(
        outputs=outputs,
        digest=weights_digest(model),
        accuracy=reached,
        description=f"{name}, trained here",
        int8=functools.cache(copy) if not layers else lambda: None,
    )


def _trained(
    context: Context, name: str, settings: Teacher, seed: int, bank: TeacherBank | None
) -> tuple[tf_keras.Model, float]:
    """Model and validation accuracy: from disk where the same training was finished before."""
    views = replace(context.views, seed=seed)
    if bank is None and not settings.mixed_views:
        views = replace(views, augmentation=views.augmentation.unmixed())
    place = home.home() / "teachers" / teacher_address(context, name, settings, views, bank)
    notice = f"{name}: another run trains the same, it is waited for"
    with waited_for(place.with_suffix(".lock"), notice, context.display.say):
        return _trained_at(place, context, name, settings, seed, views, bank)


def _trained_at(
    place: Path, context: Context, name: str, settings: Teacher, seed: int, views: Views, bank: TeacherBank | None
) -> tuple[tf_keras.Model, float]:
    splits = context.data.splits
    weights, note, unfinished = (place.with_suffix(end) for end in (".weights.h5", ".json", ".unfinished"))
    finished = weights.exists() and note.exists()
    epochs, recipe = settings.training.epochs, settings.training.recipe

    def build() -> tf_keras.Model:
        return build_teacher(
            settings,
            input_shape=splits.train.input_shape,
            classes=splits.train.classes,
            seed=seed,
            examples=None if finished else splits.train,
        )

    if finished:
        context.display.stage(name, epochs, done=epochs)
        model = build()
        load_weights(model, weights, "delete it, and the same command trains it again")
        reached = json.loads(note.read_text())["validation_accuracy"]
        if context.journal.last(TeacherReady) is None:
            context.display.say(f"the same was trained before ({reached:.2%} on validation); it is used again")
        return model, reached

    def on_epoch(epoch: int, metrics: dict[str, float]) -> None:
        context.journal.append(TeacherEpoch(teacher=name, epoch=epoch, metrics=metrics))
        # Not each epoch of a long training is validated.
        reached = metrics.get("validation_accuracy")
        context.display.step("" if reached is None else f"validation {reached:.2%}")

    recipe = settled_recipe(context, name, recipe, build)
    many = len(tf.config.list_logical_devices("GPU")) > 1
    strategy = tf.distribute.MirroredStrategy() if many else tf.distribute.get_strategy()
    with strategy.scope(), computing_in(recipe.precision):
        training = build()
    if settings.backbone is not None:
        head_first(context, name, training, unfinished / "head.weights.h5", seed)
    context.display.stage(name, epochs)
    train(
        training,
        splits,
        recipe,
        epochs=epochs,
        views=views,
        teaching=context.teaching(bank),
        on_epoch=on_epoch,
        resume=Resume(folder=unfinished),
    )
    # It teaches in float32 whatever precision it was trained in, as it does when it is loaded from disk.
    model = build()
    model.set_weights(training.get_weights())
    reached = accuracy(model, splits.validation)
    with atomic(note) as partial:
        partial.write_text(json.dumps({"validation_accuracy": reached}))
    save_weights(model, weights)
    shutil.rmtree(unfinished, ignore_errors=True)
    context.display.say(f"trained to {reached:.2%} on validation")
    return model, reached
