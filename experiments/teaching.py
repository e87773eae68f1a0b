"""The teacher's stage: a trained teacher, and its bank."""

import hashlib
import json
from dataclasses import asdict

from distill.bank import TeacherBank, bank_address, fill_bank
from distill.teacher import build_teacher, weights_digest
from distill.train import train
from distill.weights import save_weights
from experiments import store
from experiments.context import Context
from experiments.errors import UserError


def teach(context: Context) -> TeacherBank:
    """Train the teacher and fill its bank; both are taken from disk where they are there already."""
    experiment, data = context.experiment, context.data
    teacher = build_teacher(
        experiment.teacher, input_shape=data.train.input_shape, classes=data.train.classes, seed=experiment.seed
    )
    path = store.home() / "teachers" / f"{_address(context)}.weights.h5"
    epochs = experiment.teacher.epochs
    context.display.stage("teacher", epochs, done=epochs if path.exists() else 0)
    note = path.with_suffix(".json")
    if path.exists() and note.exists():
        teacher.load_weights(path)
        accuracy = json.loads(note.read_text())["validation_accuracy"]
        if context.journal.last("teacher") is None:
            context.display.say(f"the same teacher was trained before ({accuracy:.2%} on validation); it is used again")
    else:
        accuracy = _train(context, teacher)
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(json.dumps({"validation_accuracy": accuracy}))
        save_weights(teacher, path)
        context.display.say(f"trained to {accuracy:.2%} on validation")
    wanted = experiment.teacher.min_validation_accuracy
    if wanted is not None and accuracy < wanted:
        raise UserError(
            f"the teacher reaches {accuracy:.2%} on validation, {wanted:.2%} is wanted; raise "
            "--teacher.epochs or --teacher.width, or lower --teacher.min-validation-accuracy"
        )
    bank = _fill(context, teacher)
    if context.journal.last("teacher") is None:
        _log(context, teacher, accuracy, bank)
        context.journal.append("teacher", validation_accuracy=accuracy, bank=bank.address)
    return bank


def _address(context: Context) -> str:
    experiment = context.experiment
    recipe = dict(
        data=context.data.digest,
        teacher={k: v for k, v in asdict(experiment.teacher).items() if k != "min_validation_accuracy"},
        augmentation=asdict(experiment.augmentation),
        views=experiment.views,
        seed=experiment.seed,
    )
    return hashlib.sha256(json.dumps(recipe, sort_keys=True).encode()).hexdigest()[:16]


def _train(context: Context, teacher) -> float:
    epochs = []

    def on_epoch(epoch: int, metrics: dict[str, float]) -> None:
        epochs.append(metrics)
        context.display.step(f"validation {metrics['validation_accuracy']:.2%}")

    settings = context.experiment.teacher
    accuracy = train(
        teacher, context.data.train, settings.recipe, epochs=settings.epochs, on_epoch=on_epoch, **context.training()
    )
    context.journal.append("teacher_epochs", epochs=epochs)
    return accuracy


def _fill(context: Context, teacher) -> TeacherBank:
    experiment, train_split = context.experiment, context.data.train
    address = bank_address(
        data_digest=context.data.digest,
        teacher_digest=weights_digest(teacher),
        augmentation=experiment.augmentation,
        views=experiment.views,
        seed=experiment.seed,
    )
    rows = experiment.views * len(train_split)
    size = 2 * rows * train_split.classes
    folder = store.home() / "banks"
    store.require_room(folder, size)
    context.display.stage("bank", rows)
    done = 0

    def on_chunk(rows_done: int, _rows: int) -> None:
        nonlocal done
        context.display.step(f"{size / 1e6:.1f} MB", rows_done - done)
        done = rows_done

    bank = fill_bank(
        folder,
        address,
        lambda pixels: teacher(pixels, training=False).numpy(),
        train_split,
        experiment.augmentation,
        views=experiment.views,
        seed=experiment.seed,
        on_chunk=on_chunk,
    )
    what = "written" if done else "found on disk"
    context.display.say(f"{experiment.views} views of {len(train_split):,} examples {what}, {size / 1e6:.1f} MB")
    return bank


def _log(context: Context, teacher, accuracy: float, bank: TeacherBank) -> None:
    run = context.nested("teacher", "teacher")
    config = asdict(context.experiment.teacher)
    run.log(params={**{k: v for k, v in config.items() if k != "recipe"}, **config["recipe"]})
    record = context.journal.last("teacher_epochs")
    for epoch, metrics in enumerate(record["epochs"] if record else (), start=1):
        run.log(metrics=metrics, step=epoch)
    run.log(
        metrics={"final_validation_accuracy": accuracy, "params": teacher.count_params()},
        tags={"potstill.bank": bank.address, "potstill.weights_digest": weights_digest(teacher)},
    )
    run.end()
