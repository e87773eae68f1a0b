"""The teacher's stage: teachers, brought or trained, and the bank of what they say."""

import json

import numpy as np
import tensorflow as tf
from rich.filesize import decimal

from distill.bank.address import BankPlace, bank_address
from distill.bank.fill import Outputs, fill_bank
from distill.bank.teacher_bank import TeacherBank
from experiments.errors import UserError
from experiments.run import home
from experiments.run.context import Context
from experiments.run.records import TeacherEpoch, TeacherReady
from experiments.run.tracking import flat
from experiments.teachers.from_source import brought
from experiments.teachers.ready import Taught, mean
from experiments.teachers.trained import assistant, trained


def teach(context: Context) -> tuple[TeacherBank, Taught] | tuple[None, None]:
    """The bank that students learn from and the teacher that filled it; None where the teacher teaches in no stage.

    Teachers, assistants and banks are taken from disk where they are there already.
    """
    experiment = context.experiment
    if not experiment.distillation.stages:
        context.display.say("distillation.stages is empty: students train on labels alone, without a teacher")
        return None, None
    taught = teacher_of(context)
    _require_accuracy(experiment.teacher.min_validation_accuracy, taught.accuracy)
    bank = fill(context, taught)
    if context.journal.last(TeacherReady) is None:
        _log(context, taught, bank)
        context.journal.append(TeacherReady(validation_accuracy=taught.accuracy, bank=bank.address))
    return bank, taught


def teacher_of(context: Context) -> Taught:
    """The teacher that students learn from: brought or trained, several averaged, the last of its assistants."""
    settings = context.experiment.teacher
    if settings.source:
        members = [brought(context, source) for source in settings.source]
    else:
        members = [trained(context, context.experiment.seed + number) for number in range(settings.count)]
    taught = members[0] if len(members) == 1 else mean(context, members)
    for width in settings.assistants:
        taught = assistant(context, width, fill(context, taught))
    return taught


def _require_accuracy(wanted: float | None, accuracy: float) -> None:
    if wanted is not None and accuracy < wanted:
        raise UserError(
            f"the teacher reaches {accuracy:.2%} on validation, {wanted:.2%} is wanted; raise "
            "--teacher.epochs or --teacher.width, bring a better --teacher.source, or lower "
            "--teacher.min-validation-accuracy"
        )


def fill(context: Context, taught: Taught) -> TeacherBank:
    """The bank of a teacher, with the features that the losses ask for."""
    experiment, train_split, display = context.experiment, context.data.train, context.display
    features = experiment.distillation.features
    rows = experiment.views * len(train_split)
    place = BankPlace(
        banks=home.home() / "banks",
        address=bank_address(
            data_digest=context.data.digest,
            teacher_digest=taught.digest,
            views=context.views,
            top_k=experiment.top_k,
            features=features,
        ),
    )
    done = 0

    def on_start(size_bytes: int, seconds: float) -> None:
        home.require_room(place.banks, size_bytes)
        display.say(
            f"{experiment.views} views of {len(train_split):,} examples: {decimal(size_bytes)}, about {seconds:,.0f} s"
        )

    def on_chunk(rows_done: int, _rows: int) -> None:
        nonlocal done
        display.step("", rows_done - done)
        done = rows_done

    display.stage("bank", rows)
    bank = fill_bank(
        place,
        _with_features(taught.outputs, features),
        train_split,
        context.views,
        top_k=experiment.top_k,
        on_start=on_start,
        on_chunk=on_chunk,
    )
    display.say(f"{bank.address} {'written' if done else 'found on disk'}, {decimal(bank.size_bytes)}")
    return bank


def _with_features(outputs: Outputs, features: tuple[str, ...]) -> Outputs:
    """The outputs that a bank keeps: attention maps instead of the maps that they are made of."""
    from distill.feature_losses import attention_map

    if not features:
        return lambda pixels, numbers: {"logits": outputs(pixels, numbers)["logits"]}

    def kept(pixels, numbers) -> dict[str, np.ndarray]:
        given = outputs(pixels, numbers)
        outputs_kept = {"logits": given["logits"]}
        for name in features:
            feature = given[name.removesuffix(".attention")]
            if name.endswith(".attention"):
                # A value for each place of the map: the channels would take hundreds of times the room.
                feature = attention_map(tf.constant(feature)).numpy().reshape(feature.shape[:3])
            outputs_kept[name] = feature
        return outputs_kept

    return kept


def _log(context: Context, taught: Taught, bank: TeacherBank) -> None:
    run = context.nested("teacher", "teacher")
    run.log(params=flat(json.loads(context.experiment.to_json())["teacher"]))
    for record in context.journal.records(TeacherEpoch):
        metrics = {f"{record.teacher}_{name}": value for name, value in record.metrics.items()}
        run.log(metrics=metrics, step=record.epoch)
    run.log(
        metrics={"final_validation_accuracy": taught.accuracy, "bank_bytes": bank.size_bytes},
        tags={"potstill.bank": bank.address, "potstill.teacher_digest": taught.digest, "teacher": taught.description},
    )
    run.end()
