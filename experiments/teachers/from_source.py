"""Teachers by their source: a file, a function that builds a model, logits from elsewhere, or n-grams of texts."""

import functools
from dataclasses import replace
from pathlib import Path

import numpy as np
import tensorflow as tf

from deploy.digests import sha256_of
from deploy.proof.accuracy import accuracy
from distill.bank.outputs import Outputs
from distill.brought.brought_teacher import BroughtTeacher
from distill.brought.check import check_teacher
from distill.brought.open_teacher import open_teacher
from distill.brought.teacher_input import range_text
from experiments.data.load import DataSet
from experiments.errors import UserError
from experiments.experiment import Experiment
from experiments.run.context import Context
from experiments.teachers.fine_tuned import require_backbone
from experiments.teachers.in_int8 import calibration_pixels, in_int8
from experiments.teachers.ngrams import NGRAMS, ngram_teacher, require_texts
from experiments.teachers.ready import ReadyTeacher, accuracy_of, layers_of

# Training examples on which a brought teacher's inputs and outputs are checked.
_PROBES = 500


def require_sources(experiment: Experiment, data: DataSet) -> None:
    """Open every source or backbone once, so that an unusable one is refused before anything is measured or trained."""
    if experiment.distillation.stages:
        if experiment.teacher.backbone is not None:
            require_backbone(experiment, data)
        for source in experiment.teacher.source:
            if source == NGRAMS:
                require_texts(experiment, data)
            else:
                _open(experiment, data, source)


def teacher_from_source(context: Context, source: str) -> ReadyTeacher:
    """A teacher from a source, its inputs and outputs checked on training examples."""
    if source == NGRAMS:
        return ngram_teacher(context)
    settings, data = context.experiment.teacher, context.data
    teacher = _open(context.experiment, data, source)
    if isinstance(teacher, np.ndarray):
        return _from_array(context, Path(source), teacher)
    probes = np.random.default_rng(0).permutation(len(data.train))[:_PROBES]
    teacher, report = check_teacher(
        teacher,
        data.train.pixels[probes],
        data.train.labels[probes],
        input_range=settings.input_range,
        class_order=settings.class_order,
    )

    def outputs(pixels: tf.Tensor, numbers: np.ndarray) -> dict[str, np.ndarray]:
        return teacher(np.asarray((pixels + 1) * 128))

    def int8_outputs() -> Outputs | None:
        graph, input_range = teacher.graph, teacher.input_range
        if graph is None or input_range is None:
            return None
        images = teacher.takes.prepared((calibration_pixels(data.train) + 1) * 128, input_range)
        run = in_int8(graph, images, context.display.say)
        if run is None:
            return None
        copy = replace(teacher, run=lambda images: {"logits": run(images)})
        return lambda pixels, numbers: copy(np.asarray((pixels + 1) * 128))

    reached = accuracy_of(outputs, data.validation)
    tried = ", ".join(f"{name}: {share:.1%}" for name, share in report.tried.items())
    context.display.say(
        f"teacher {source}: {teacher.description}; takes pixels as {range_text(report.input_range)} "
        f"(right on training examples, by range: {tried}), gives {report.outputs}; {reached:.2%} on validation"
    )
    description = f"{source}: {teacher.description}"
    return ReadyTeacher(
        outputs=outputs,
        digest=teacher.settled_digest,
        accuracy=reached,
        description=description,
        int8=functools.cache(int8_outputs),
    )


def _open(experiment: Experiment, data: DataSet, source: str) -> BroughtTeacher | np.ndarray:
    if source.endswith(".npy"):
        return _open_array(experiment, data, Path(source))
    settings = experiment.teacher
    return open_teacher(
        source,
        input_shape=data.train.input_shape,
        classes=data.train.classes,
        trust=settings.trust,
        weights=settings.weights,
        features=layers_of(experiment),
        class_order=settings.class_order,
    )


def _open_array(experiment: Experiment, data: DataSet, path: Path) -> np.ndarray:
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
    if experiment.augmentation.mixes or experiment.distillation.features:
        raise UserError(
            f"{path} holds logits of single examples, but views are mixed or a loss wants features; set "
            "--augmentation.mixup-alpha 0 --augmentation.cutmix-alpha 0 and losses on logits, or bring a model"
        )
    return logits


def _from_array(context: Context, path: Path, logits: np.ndarray) -> ReadyTeacher:
    """A teacher of logits that were computed elsewhere for the rows of TFDS's train split, the same for each view."""
    data = context.data

    def outputs(pixels: tf.Tensor, numbers: np.ndarray) -> dict[str, np.ndarray]:
        return {"logits": logits[data.train_rows[numbers]]}

    reached = accuracy(logits[data.validation_rows], data.validation.labels)
    context.display.say(
        f"teacher {path}: logits of the examples themselves, used for each view; {reached:.2%} on validation"
    )
    if reached < 2 / data.train.classes:
        raise UserError(
            f"{path} is right on {reached:.2%} of the validation examples, which is near chance; its rows must follow "
            "TFDS's train split (shuffle_files=False) and its columns the data set's classes"
        )
    digest = sha256_of(path.read_bytes())
    return ReadyTeacher(outputs=outputs, digest=digest, accuracy=reached, description=str(path), sees_pixels=False)
