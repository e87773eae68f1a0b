"""A proven file as a bundle, with the record of its origin and real examples with its answers."""

import importlib.metadata
import json
from pathlib import Path

import numpy as np

from deploy.bundle.bundle import Bundle
from deploy.bundle.known_answers import KnownAnswers
from deploy.bundle.metadata import described
from deploy.bundle.preprocessing import Activation, Preprocessing
from deploy.packing.contents import contents
from deploy.packing.folder import with_manifest, write_bundle
from deploy.tflite import runtime
from distill.examples import Examples
from experiments.data.load import DataSet
from experiments.experiment import Experiment

_KNOWN, _LEAST, _KNOWN_BYTES = 256, 100, 16_000_000
"""Test examples whose answers go along: fewer where pictures are large, but no fewer than exports want."""


def described_for(
    data: DataSet, model_bytes: bytes, input_range: tuple[float, float], activation: Activation = "softmax"
) -> bytes:
    """A file with the labels and the preprocessing of a data set inside."""
    return described(model_bytes, data.labels, Preprocessing.of(model_bytes, input_range, data.rendering, activation))


def origin_record(
    experiment: Experiment, data: DataSet, teacher: str, student: str, compression: str, *, trained: bool = True
) -> dict:
    """The data, the teacher, the student and the recipe of a file, as JSON values.

    Args:
        teacher: in words; empty where there was none.
        student: its architecture, in words.
        trained: False where nothing was trained here.
    """
    dataset = experiment.data.dataset
    # As JSON has them: losses of a user's own are functions.
    settings = json.loads(experiment.to_json())
    parts = ("student", *(["distillation"] if teacher else []), "augmentation", "finalists", "views")
    return dict(
        name=experiment.name,
        license=experiment.license,
        # A path is of one machine alone.
        dataset=dataset if data.published else Path(dataset).name,
        published=data.published,
        homepage=data.homepage,
        train_examples=len(data.train),
        unlabelled_examples=data.unlabelled,
        teacher=teacher,
        student=student,
        compression=compression,
        budget=experiment.budget.limits(),
        recipe={name: settings[name] for name in parts} if trained else {},
        seed=experiment.seed,
        potstill=importlib.metadata.version("potstill"),
    )


def known_answers(
    model_bytes: bytes, test: Examples, input_range: tuple[float, float], teacher_logits=None
) -> KnownAnswers:
    """Some test examples, the same each time, with the file's outputs.

    Args:
        teacher_logits: a function of pixels, or None.
    """
    count = min(_KNOWN, max(_LEAST, _KNOWN_BYTES // test.pixels[0].nbytes))
    picked = np.sort(np.random.default_rng(0).permutation(len(test))[:count])
    pixels = test.pixels[picked]
    return KnownAnswers(
        pixels=pixels,
        labels=test.labels[picked],
        outputs=runtime.run(model_bytes, pixels, input_range),
        teacher_logits=None if teacher_logits is None else teacher_logits(pixels),
    )


def write(
    folder: Path,
    model_bytes: bytes,
    data: DataSet,
    input_range: tuple[float, float],
    answers: KnownAnswers,
    records: dict[str, dict | list],
    activation: Activation = "softmax",
) -> None:
    """Write the bundle of a file, in place of an earlier one."""
    bundle = Bundle(
        model_bytes=model_bytes,
        labels=data.labels,
        preprocessing=Preprocessing.of(model_bytes, input_range, data.rendering, activation),
        answers=answers,
        records=records,
    )
    write_bundle(folder, with_manifest(contents(bundle)))
