"""The bank of `cifar10`'s teacher beside the training of ResNet-8: seconds of the processor for a row and an image."""

import statistics
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import tensorflow as tf
import tf_keras

from distill.bank.address import BankPlace
from distill.bank.fill import Filling, fill_bank
from distill.bank.teaching import Teaching
from distill.distillation import Distillation
from distill.examples import Splits
from distill.precision import computing_in, measure
from distill.train import train
from distill.views.augmentation import Views
from experiments import cifar10_teacher
from experiments.cifar10 import EXPERIMENT
from experiments.data.load import load
from search.build import build
from search.starts.references import RESNET8

VIEWS, EPOCHS = 8, 100
"""Views of the bank, and epochs of the training, that the ratio is of."""
_EPOCHS_TIMED = 3


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

    unpaired = replace(views, augmentation=replace(views.augmentation, mirrored_pairs=False))
    before, now, plain, distilled = [], [], [], []
    fillings: list[Filling] = []
    precision = measure(lambda: build(RESNET8, seed=0), EXPERIMENT.student.batch_size).precision
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            place = BankPlace(banks=Path(folder), address=str(number))
            # Half of the rows of a pair come from the other half.
            sample = min(500, len(train_split))
            pixels = tf.constant(train_split.pixels[:sample].astype(np.float32) / 128 - 1)
            outputs(pixels, np.arange(sample))
            before.append(_cpu(lambda pixels=pixels, sample=sample: outputs(pixels, np.arange(sample))) / sample)
            began: list[float] = []

            def on_start(filling: Filling, began=began) -> None:
                fillings.append(filling)
                began.append(time.process_time())

            bank = fill_bank(place, outputs, train_split, views, top_k=64, on_start=on_start)
            now.append((time.process_time() - began[0]) / (views.count * len(train_split)))
            plain.append(_image_s(data.splits, precision, unpaired, None))
            teaching = Teaching(bank=bank, distillation=Distillation(student_loss_weight=0.1))
            distilled.append(_image_s(data.splits, precision, views, teaching))
    return BankSeconds(
        row_before_s=statistics.median(before),
        row_s=statistics.median(now),
        precision=fillings[0].speed.precision,
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
