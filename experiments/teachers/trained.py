"""Teachers that are trained here, by labels or by another teacher; each is kept and used again."""

import json
import shutil
from dataclasses import asdict, replace

import numpy as np
import tensorflow as tf
import tf_keras

from deploy.digests import key_of
from distill.bank.teacher_bank import TeacherBank
from distill.checkpoint import Resume
from distill.features import with_features
from distill.precision import computing_in
from distill.teacher_nets import build_teacher
from distill.train import accuracy, train
from distill.views.augmentation import Views
from distill.weights import save_weights, weights_digest
from experiments.run import home
from experiments.run.context import Context
from experiments.run.precision import settled_recipe
from experiments.run.records import TeacherEpoch, TeacherReady
from experiments.teachers.ready import Taught, layers_of


def trained(context: Context, seed: int) -> Taught:
    """A net trained on the labels."""
    return _taught(context, f"teacher{seed}", *trained_model(context, seed))


def trained_model(context: Context, seed: int) -> tuple[tf_keras.Model, float]:
    """The same as a model, with its accuracy on validation."""
    return _trained(context, f"teacher{seed}", context.experiment.teacher.width, seed, None)


def assistant(context: Context, width: int, bank: TeacherBank) -> Taught:
    """A net of another width, taught by a bank (Mirzadeh 2020)."""
    name = f"assistant{width}"
    return _taught(context, name, *_trained(context, name, width, context.experiment.seed, bank))


def _taught(context: Context, name: str, model: tf_keras.Model, reached: float) -> Taught:
    tapped = with_features(model, layers_of(context.experiment))
    forward = tf.function(lambda pixels: tapped(pixels, training=False))

    def outputs(pixels: tf.Tensor, numbers: np.ndarray) -> dict[str, np.ndarray]:
        return {key: tensor.numpy() for key, tensor in forward(pixels).items()}

    return Taught(outputs=outputs, digest=weights_digest(model), accuracy=reached, description=f"{name}, trained here")


def _trained(context: Context, name: str, width: int, seed: int, bank: TeacherBank | None):
    settings, data = context.experiment.teacher, context.data
    views = replace(context.views, seed=seed)
    if bank is None and not settings.mixed_views:
        views = replace(views, augmentation=views.augmentation.unmixed())
    place = home.home() / "teachers" / _address(context, width, views, bank)
    weights, note, unfinished = (place.with_suffix(end) for end in (".weights.h5", ".json", ".unfinished"))
    finished = weights.exists() and note.exists()
    context.display.stage(name, settings.epochs, done=settings.epochs if finished else 0)

    def build() -> tf_keras.Model:
        return build_teacher(
            family=settings.family,
            width=width,
            groups=settings.groups,
            depth=settings.depth,
            input_shape=data.train.input_shape,
            classes=data.train.classes,
            seed=seed,
            examples=None if finished else data.train,
        )

    if finished:
        model = build()
        model.load_weights(weights)
        reached = json.loads(note.read_text())["validation_accuracy"]
        if context.journal.last(TeacherReady) is None:
            context.display.say(f"the same was trained before ({reached:.2%} on validation); it is used again")
    else:
        recipe = settled_recipe(context, name, settings.recipe, build)

        def on_epoch(epoch: int, metrics: dict[str, float]) -> None:
            context.journal.append(TeacherEpoch(teacher=name, epoch=epoch, metrics=metrics))
            context.display.step(f"validation {metrics['validation_accuracy']:.2%}")

        many = len(tf.config.list_logical_devices("GPU")) > 1
        strategy = tf.distribute.MirroredStrategy() if many else tf.distribute.get_strategy()
        with strategy.scope(), computing_in(recipe.precision):
            training = build()
        train(
            training,
            data.splits,
            recipe,
            epochs=settings.epochs,
            views=views,
            teaching=context.teaching(bank),
            on_epoch=on_epoch,
            resume=Resume(folder=unfinished),
        )
        # Whatever it was trained in, it teaches in float32, as it will when it is read from disk.
        model = build()
        model.set_weights(training.get_weights())
        reached = accuracy(model, data.validation)
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(json.dumps({"validation_accuracy": reached}))
        save_weights(model, weights)
        shutil.rmtree(unfinished, ignore_errors=True)
        context.display.say(f"trained to {reached:.2%} on validation")
    return model, reached


def _address(context: Context, width: int, views: Views, bank: TeacherBank | None) -> str:
    experiment = context.experiment
    settings = asdict(experiment.teacher)
    ingredients = dict(
        data=context.data.digest,
        teacher={key: settings[key] for key in ("family", "groups", "depth", "epochs", "recipe")},
        width=width,
        augmentation=asdict(views.augmentation),
        views=views.count,
        seed=views.seed,
        bank=bank and (bank.address, json.loads(experiment.to_json())["distillation"]),
    )
    return key_of(ingredients)
