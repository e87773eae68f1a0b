"""The teacher's stage: get the teacher, brought or trained, and fill the bank with its outputs."""

import json
from dataclasses import replace

import numpy as np
import tensorflow as tf
from rich.filesize import decimal

from distill.bank.address import MOST_VIEWS, BankPlace, bank_address
from distill.bank.fill import Filling, fill_bank
from distill.bank.outputs import Outputs
from distill.bank.teacher_bank import TeacherBank
from experiments.errors import UserError
from experiments.run import home
from experiments.run.context import Context
from experiments.run.records import TeacherEpoch, TeacherReady
from experiments.run.tracking import flat
from experiments.teachers.from_source import teacher_from_source
from experiments.teachers.ready import ReadyTeacher, mean_teacher
from experiments.teachers.trained import trained_assistant, trained_teacher


def teach(
    context: Context, teacher: ReadyTeacher | None = None
) -> tuple[TeacherBank, ReadyTeacher] | tuple[None, None]:
    """The bank that students learn from and the teacher that filled it; None where the teacher teaches in no stage.

    Teachers, assistants and banks are taken from disk where they are there already.

    Args:
        teacher: the run's, where it is ready.
    """
    experiment = context.experiment
    if not experiment.distillation.stages:
        context.display.say("distillation.stages is empty: students train on labels alone, without a teacher")
        return None, None
    teacher = teacher or teacher_of(context)
    _require_accuracy(experiment.teacher.min_validation_accuracy, teacher.accuracy)
    bank = fill(context, teacher)
    if context.journal.last(TeacherReady) is None:
        _log(context, teacher, bank)
        context.journal.append(TeacherReady(validation_accuracy=teacher.accuracy, bank=bank.address))
    return bank, teacher


def teacher_of(context: Context) -> ReadyTeacher:
    """The teacher that students learn from: brought or trained, several averaged, the last of its assistants."""
    settings = context.experiment.teacher
    if settings.source:
        members = [teacher_from_source(context, source) for source in settings.source]
    else:
        members = [trained_teacher(context, context.experiment.seed + number) for number in range(settings.count)]
    teacher = members[0] if len(members) == 1 else mean_teacher(context, members)
    for width in settings.assistants:
        teacher = trained_assistant(context, width, fill(context, teacher))
    return teacher


def _require_accuracy(wanted: float | None, accuracy: float) -> None:
    if wanted is not None and accuracy < wanted:
        raise UserError(
            f"the teacher reaches {accuracy:.2%} on validation, {wanted:.2%} is wanted; raise "
            "--teacher.epochs or --teacher.width (of a backbone --teacher.fine-tuning.epochs), bring a better "
            "--teacher.source, or lower --teacher.min-validation-accuracy"
        )


def fill(context: Context, teacher: ReadyTeacher) -> TeacherBank:
    """The bank of a teacher, with the features that the losses ask for."""
    experiment, display = context.experiment, context.display
    examples = context.data.splits.seen(taught=True)
    features = experiment.distillation.features
    rows = experiment.views * len(examples)
    counts = [count for count in range(MOST_VIEWS, 0, -1) if count != experiment.views]
    place, *relatives = (
        BankPlace(
            banks=home.home() / "banks",
            address=bank_address(
                data_digest=context.data.digest,
                teacher_digest=teacher.digest,
                views=replace(context.views, count=count),
                top_k=experiment.top_k,
                features=features,
            ),
        )
        for count in (experiment.views, *counts)
    )
    done = 0

    def on_start(filling: Filling) -> None:
        pairs = ", mirror images at once" if filling.mirrored else ""
        display.say(
            f"{experiment.views} views of {len(examples):,} examples: {decimal(filling.size_bytes)}, about "
            f"{filling.seconds:,.0f} s at {filling.speed.rows_per_s:,.0f} rows/s in {filling.speed.precision}{pairs}"
        )

    def on_chunk(rows_done: int, _rows: int) -> None:
        nonlocal done
        display.step("", rows_done - done)
        done = rows_done

    display.stage("bank", rows)
    bank = fill_bank(
        place,
        _with_features(teacher.outputs, features),
        examples,
        context.views,
        top_k=experiment.top_k,
        relatives=[relative for relative in relatives if relative.folder.exists()],
        int8=teacher.int8,
        on_size=lambda size_bytes: home.require_room(place.banks, size_bytes),
        on_start=on_start,
        on_chunk=on_chunk,
    )
    display.say(f"{bank.address} {'written' if done else 'found on disk'}, {decimal(bank.size_bytes)}")
    return bank


def _with_features(outputs: Outputs, features: tuple[str, ...]) -> Outputs:
    """Outputs for a bank: attention maps in place of the feature maps that they are computed from."""
    from distill.feature_losses import attention_map

    if not features:
        return lambda pixels, numbers: {"logits": outputs(pixels, numbers)["logits"]}

    def banked(pixels: tf.Tensor, numbers: np.ndarray) -> dict[str, np.ndarray]:
        answers = outputs(pixels, numbers)
        arrays = {"logits": answers["logits"]}
        for name in features:
            feature = answers[name.removesuffix(".attention")]
            if name.endswith(".attention"):
                # One value for each position of the map: with its channels it would take hundreds of times the space.
                feature = attention_map(tf.constant(feature)).numpy().reshape(feature.shape[:3])
            arrays[name] = feature
        return arrays

    return banked


def _log(context: Context, teacher: ReadyTeacher, bank: TeacherBank) -> None:
    run = context.nested("teacher", "teacher")
    run.log(params=flat(json.loads(context.experiment.to_json())["teacher"]))
    for record in context.journal.records(TeacherEpoch):
        run.log_epoch(record.epoch, {f"{record.teacher}_{name}": value for name, value in record.metrics.items()})
    run.log(
        metrics={"final_validation_accuracy": teacher.accuracy, "bank_bytes": bank.size_bytes},
        tags={"potstill.bank": bank.address, "potstill.teacher_digest": teacher.digest, "teacher": teacher.description},
    )
    run.end()
