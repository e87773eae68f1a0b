"""Teachers, however they come about: brought, trained here, taught by another, averaged."""

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import tensorflow as tf
import tf_keras

from distill.augmentation import Augmentation
from distill.bank import Outputs, TeacherBank
from distill.examples import Examples, scaled
from distill.precision import computing_in
from distill.residual import build_residual
from distill.taps import taps
from distill.train import train
from distill.weights import save_weights, weights_digest
from experiments import store
from experiments.context import Context
from experiments.errors import UserError
from experiments.settle import settled_recipe

# As many training examples as settle what a brought teacher's inputs and outputs mean.
_PROBES = 500


@dataclass(frozen=True, kw_only=True, eq=False)
class Taught:
    """A teacher that is ready to fill a bank."""

    outputs: Outputs
    digest: str
    accuracy: float
    """On validation."""
    description: str


def brought(context: Context, source: str) -> Taught:
    """A teacher from a file or builder of the user's, its inputs and outputs checked on training examples."""
    if source.endswith(".npy"):
        return _array(context, Path(source))
    from distill.brought import TeacherRefused, open_teacher
    from distill.mismatch import check_teacher

    settings, data = context.experiment.teacher, context.data
    try:
        teacher = open_teacher(
            source,
            input_shape=data.train.input_shape,
            classes=data.train.classes,
            trust=settings.trust,
            weights=settings.weights,
            features=_layers(context),
        )
        probes = np.random.default_rng(0).permutation(len(data.train))[:_PROBES]
        teacher, report = check_teacher(
            teacher,
            data.train.pixels[probes],
            data.train.labels[probes],
            input_range=settings.input_range,
            class_order=settings.class_order,
        )
    except TeacherRefused as error:
        raise UserError(str(error)) from error

    def outputs(pixels: tf.Tensor, numbers: np.ndarray) -> dict[str, np.ndarray]:
        return teacher(np.asarray((pixels + 1) * 128))

    accuracy = accuracy_of(outputs, data.validation)
    context.display.say(
        f"teacher {source}: {teacher.description}; pixels as {report['input_range']}, it gives {report['outputs']}; "
        f"{accuracy:.2%} on validation"
    )
    return Taught(
        outputs=outputs, digest=teacher.digest, accuracy=accuracy, description=f"{source}: {teacher.description}"
    )


def _array(context: Context, path: Path) -> Taught:
    """Logits that were computed elsewhere for the rows of TFDS's train split, the same for each view."""
    data, augmentation = context.data, context.experiment.augmentation
    try:
        logits = np.load(path, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise UserError(f"cannot read {path} as an array ({error}); write it with numpy.save") from error
    rows = data.rows_in_all
    if logits.shape != (rows, data.train.classes) or not np.isfinite(logits).all():
        raise UserError(
            f"{path} holds {logits.dtype} of shape {logits.shape}; it must be finite logits of shape "
            f"{(rows, data.train.classes)}: a row for each example of TFDS's train split, in its order"
        )
    if augmentation.mixes or context.experiment.distillation.features:
        raise UserError(
            f"{path} holds logits of single examples, but views are mixed or a loss wants features; set "
            "--augmentation.mixup-alpha 0 --augmentation.cutmix-alpha 0 and losses on logits, or bring a model"
        )

    def outputs(pixels: tf.Tensor, numbers: np.ndarray) -> dict[str, np.ndarray]:
        return {"logits": logits[data.train_rows[numbers]]}

    accuracy = float(np.mean(logits[data.validation_rows].argmax(axis=1) == data.validation.labels))
    context.display.say(
        f"teacher {path}: logits of the examples themselves, used for each view; {accuracy:.2%} on validation"
    )
    if accuracy < 2 / data.train.classes:
        raise UserError(
            f"{path} is right on {accuracy:.2%} of the validation examples, which is near chance; its rows must follow "
            "TFDS's train split (shuffle_files=False) and its columns the data set's classes"
        )
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Taught(outputs=outputs, digest=digest, accuracy=accuracy, description=str(path))


def trained(context: Context, seed: int) -> Taught:
    """A wide residual net, trained on the labels."""
    return _taught(context, f"teacher{seed}", *trained_model(context, seed))


def trained_model(context: Context, seed: int) -> tuple[tf_keras.Model, float]:
    """The same as a model, with its accuracy on validation."""
    return _trained(context, f"teacher{seed}", context.experiment.teacher.width, seed, None)


def assistant(context: Context, width: int, bank: TeacherBank) -> Taught:
    """A residual net of another width, taught by a bank (Mirzadeh 2020)."""
    name = f"assistant{width}"
    return _taught(context, name, *_trained(context, name, width, context.experiment.seed, bank))


def _taught(context: Context, name: str, model: tf_keras.Model, accuracy: float) -> Taught:
    tapped = taps(model, _layers(context))
    forward = tf.function(lambda pixels: tapped(pixels, training=False))

    def outputs(pixels: tf.Tensor, numbers: np.ndarray) -> dict[str, np.ndarray]:
        return {key: tensor.numpy() for key, tensor in forward(pixels).items()}

    return Taught(outputs=outputs, digest=weights_digest(model), accuracy=accuracy, description=f"{name}, trained here")


def _trained(context: Context, name: str, width: int, seed: int, bank: TeacherBank | None):
    settings, data = context.experiment.teacher, context.data
    augmentation = context.experiment.augmentation
    if bank is None and not settings.mixed_views:
        augmentation = augmentation.unmixed()
    place = store.home() / "teachers" / _address(context, width, augmentation, seed, bank)
    weights, note, unfinished = (place.with_suffix(end) for end in (".weights.h5", ".json", ".unfinished"))
    finished = weights.exists() and note.exists()
    context.display.stage(name, settings.epochs, done=settings.epochs if finished else 0)

    def build() -> tf_keras.Model:
        return build_residual(
            family=settings.family,
            width=width,
            groups=settings.groups,
            depth=settings.depth,
            input_shape=data.train.input_shape,
            classes=data.train.classes,
            seed=seed,
        )

    if finished:
        model = build()
        model.load_weights(weights)
        accuracy = json.loads(note.read_text())["validation_accuracy"]
        if context.journal.last("teacher") is None:
            context.display.say(f"the same was trained before ({accuracy:.2%} on validation); it is used again")
    else:
        recipe = settled_recipe(context, name, settings.recipe, build)

        def on_epoch(epoch: int, metrics: dict[str, float]) -> None:
            context.journal.append("teacher_epoch", teacher=name, epoch=epoch, metrics=metrics)
            context.display.step(f"validation {metrics['validation_accuracy']:.2%}")

        many = len(tf.config.list_logical_devices("GPU")) > 1
        strategy = tf.distribute.MirroredStrategy() if many else tf.distribute.get_strategy()
        with strategy.scope(), computing_in(recipe.precision):
            model = build()
        accuracy = train(
            model,
            data.train,
            recipe,
            epochs=settings.epochs,
            on_epoch=on_epoch,
            checkpoint=unfinished,
            **{**context.training(bank), "seed": seed, "augmentation": augmentation},
        )
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(json.dumps({"validation_accuracy": accuracy}))
        save_weights(model, weights)
        shutil.rmtree(unfinished, ignore_errors=True)
        context.display.say(f"trained to {accuracy:.2%} on validation")
    return model, accuracy


def mean(context: Context, members: list[Taught]) -> Taught:
    """Teachers as one: the geometric mean of their distributions (Hinton 2015, section 3)."""
    if context.experiment.distillation.features:
        raise UserError(
            f"{len(members)} teachers are averaged, but a loss wants features, which cannot be; take losses on logits "
            "or one teacher"
        )

    def outputs(pixels: tf.Tensor, numbers: np.ndarray) -> dict[str, np.ndarray]:
        logits = [tf.nn.log_softmax(member.outputs(pixels, numbers)["logits"]) for member in members]
        return {"logits": tf.add_n(logits).numpy() / len(members)}

    accuracy = accuracy_of(outputs, context.data.validation)
    context.display.say(f"{len(members)} teachers averaged: {accuracy:.2%} on validation")
    digest = hashlib.sha256("".join(member.digest for member in members).encode()).hexdigest()
    description = "mean of " + "; ".join(member.description for member in members)
    return Taught(outputs=outputs, digest=digest, accuracy=accuracy, description=description)


def _layers(context: Context) -> tuple[str, ...]:
    return tuple(name.removesuffix(".attention") for name in context.experiment.distillation.features)


def accuracy_of(outputs: Outputs, examples: Examples) -> float:
    """Share of the examples, as they are, whose class has the largest logit."""
    right = 0
    for start in range(0, len(examples), 500):
        rows = slice(start, start + 500)
        pixels = tf.constant(scaled(examples.pixels[rows].astype(np.float32)))
        right += np.sum(
            outputs(pixels, np.arange(start, start + len(pixels)))["logits"].argmax(axis=1) == examples.labels[rows]
        )
    return float(right / len(examples))


def _address(context: Context, width: int, augmentation: Augmentation, seed: int, bank: TeacherBank | None) -> str:
    experiment = context.experiment
    settings = asdict(experiment.teacher)
    ingredients = dict(
        data=context.data.digest,
        teacher={key: settings[key] for key in ("family", "groups", "depth", "epochs", "recipe")},
        width=width,
        augmentation=asdict(augmentation),
        views=experiment.views,
        seed=seed,
        bank=bank and (bank.address, json.loads(experiment.to_json())["distillation"]),
    )
    return hashlib.sha256(json.dumps(ingredients, sort_keys=True).encode()).hexdigest()[:16]
