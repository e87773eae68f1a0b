"""The bank of `cifar10`'s teacher beside the training of ResNet-8: seconds of the processor for a row and an image."""

import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import tensorflow as tf
import tf_keras

from distill.bank.address import BankPlace
from distill.bank.fill import fill_bank
from distill.bank.outputs import Outputs
from distill.bank.speed import measured_speed
from distill.bank.teaching import Teaching
from distill.distillation import Distillation
from distill.examples import Splits, scaled
from distill.precision import computing_in, measure
from distill.train import train
from distill.views.augmentation import Views
from experiments import cifar10_teacher
from experiments.cifar10 import EXPERIMENT
from experiments.data.load import load
from experiments.teachers.in_int8 import int8_outputs
from search.build import build
from search.starts.references import RESNET8

VIEWS, EPOCHS = 8, 100
"""Views of the bank, and epochs of the training, that the ratio is of."""
_EPOCHS_TIMED, _SAMPLE = 3, 500


@dataclass(frozen=True, kw_only=True)
class BankSeconds:
    """Seconds of the processor, medians over rounds."""

    row_before_s: float
    """A row of the bank in float32, with both mirror images for each."""
    row_s: float
    """A row as the bank is filled now."""
    precision: str
    """That the bank is filled in."""
    plain_image_s: float
    """An image of an epoch on labels."""
    distilled_image_s: float
    """An image of an epoch under the bank."""

    def ratio(self, row_s: float) -> float:
        """Distillation, with the filling of the views, over plain training for as many epochs."""
        return (VIEWS * row_s + EPOCHS * self.distilled_image_s) / (EPOCHS * self.plain_image_s)


def bank_seconds(examples: int, rounds: int) -> BankSeconds:
    """Fill a bank of some examples, and train ResNet-8 on them with and without it, by turns."""
    data = load(replace(EXPERIMENT.data, train_examples=examples))
    train_split, views = data.train, replace(EXPERIMENT.seeded_views, count=2)
    net = cifar10_teacher.mirrored()
    forward = tf.function(lambda pixels: net(pixels, training=False))

    def outputs(pixels: tf.Tensor, numbers: np.ndarray) -> dict[str, np.ndarray]:
        return {"logits": forward(pixels).numpy()}

    def int8() -> Outputs | None:
        return int8_outputs(net, train_split, lambda line: print(line, file=sys.stderr))

    unpaired = replace(views, augmentation=replace(views.augmentation, mirrored_pairs=False))
    before, now, plain, distilled = [], [], [], []
    precision = measure(lambda: build(RESNET8, seed=0), EXPERIMENT.student.batch_size).precision
    numbers = np.arange(min(_SAMPLE, len(train_split)))
    pixels = tf.constant(scaled(train_split.pixels[numbers].astype(np.float32)))
    # As for all views of all examples.
    rows = VIEWS * load(EXPERIMENT.data).rows_in_all
    speed = measured_speed(outputs, pixels, numbers, rows_left=rows, int8=int8)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            outputs(pixels, numbers)
            before.append(_cpu(lambda: outputs(pixels, numbers)) / len(numbers))
            speed.outputs(pixels, numbers)
            # Half of the rows of a pair come from the other half.
            now.append(_cpu(lambda: speed.outputs(pixels, numbers)) / (2 * len(numbers)))
            bank = fill_bank(BankPlace(banks=Path(folder), address=str(number)), outputs, train_split, views, top_k=64)
            plain.append(_image_s(data.splits, precision, unpaired, None))
            teaching = Teaching(bank=bank, distillation=Distillation(student_loss_weight=0.1))
            distilled.append(_image_s(data.splits, precision, views, teaching))
    return BankSeconds(
        row_before_s=statistics.median(before),
        row_s=statistics.median(now),
        precision=speed.precision,
        plain_image_s=statistics.median(plain),
        distilled_image_s=statistics.median(distilled),
    )


def _cpu(task) -> float:
    began = time.process_time()
    task()
    return time.process_time() - began


def _image_s(splits: Splits, precision: str, views: Views, teaching: Teaching | None) -> float:
    """Seconds for an image of the fastest epoch but the first, which traces the step."""
    with computing_in(precision):
        model = build(RESNET8, seed=0)
    ends: list[float] = []
    train(
        model,
        splits,
        EXPERIMENT.student,
        epochs=1 + _EPOCHS_TIMED,
        views=views,
        teaching=teaching,
        on_epoch=lambda epoch, metrics: ends.append(time.process_time()),
    )
    tf_keras.backend.clear_session()
    return min(np.diff(ends)) / len(splits.train)
