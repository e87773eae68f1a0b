"""The scaling of pixels that a user's model was trained with: as its author states it, or told apart by examples."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import tf_keras
from scipy.special import log_softmax

from deploy.proof.accuracy import balanced_accuracy
from deploy.proof.confidence import fitted_temperature
from deploy.surgery.flat import predicted
from deploy.surgery.input_scaling import Scaling
from distill.brought.teacher_input import STATISTICS, InputRange, range_text, ranged
from distill.examples import Examples
from experiments.errors import UserError

_USUAL: tuple[InputRange, ...] = ((-1.0, 1.0), (0.0, 1.0), (0.0, 255.0))
_PROBES = 2_000
_CERTAIN = 2.33
"""Standard errors that the best range must be ahead by: of a hundred that are not better, one is."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Reading:
    """A model's answers to training examples under one scaling of their pixels."""

    name: str
    """As `--input-range` takes it."""
    scaling: Scaling
    right: np.ndarray
    """Of each example, whether its class has the largest logit."""
    cross_entropy: np.ndarray
    """Of each example, at the temperature that suits them: larger inputs make any model more confident."""
    balanced_accuracy: float
    """Mean of the accuracies of all classes."""

    @property
    def accuracy(self) -> float:
        """Share of the examples."""
        return float(np.mean(self.right))


def scaling_of(input_range: InputRange, channels: int) -> Scaling:
    """A range, or ImageNet's statistics, as a scaling of pixels from 0 to 255."""
    pixel = np.ones((1, channels), np.float32)
    low, high = (ranged(pixel * value, input_range)[0].astype(float) for value in (0, 255))
    return Scaling(
        scale=tuple(((high - low) / 255).tolist()), offset=tuple(low.tolist()), reverses=input_range == "caffe"
    )


def standardizing(mean: Sequence[float], std: Sequence[float]) -> Scaling:
    """Pixels less their mean, over their deviation. Deviations of up to 1 are of pixels from 0 to 1."""
    unit = 255 if max(std) <= 1 else 1
    return Scaling(
        scale=tuple(1 / (unit * deviation) for deviation in std),
        offset=tuple(-value / deviation for value, deviation in zip(mean, std)),
    )


def usual_scalings(channels: int) -> dict[str, Scaling]:
    """The scalings that are tried, by name."""
    usual = (*_USUAL, *STATISTICS) if channels == 3 else _USUAL
    return {range_text(input_range): scaling_of(input_range, channels) for input_range in usual}


def read(
    model: tf_keras.Model, inside: Scaling | None, examples: Examples, scalings: dict[str, Scaling]
) -> list[Reading]:
    """A model's answers under each scaling; `inside` is what was taken off its start."""
    probes = np.random.default_rng(0).permutation(len(examples))[:_PROBES]
    pixels, labels = examples.pixels[probes], examples.labels[probes]
    readings = []
    for name, scaling in scalings.items():
        whole = scaling if inside is None else inside.after(scaling)
        logits = predicted(model, whole.applied(pixels), batch_size=250)
        readings.append(
            Reading(
                name=name,
                scaling=whole,
                right=logits.argmax(axis=1) == labels,
                balanced_accuracy=balanced_accuracy(logits, labels),
                cross_entropy=_cross_entropy(logits.astype(float), labels),
            )
        )
    return readings


def _cross_entropy(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    tempered = logits / fitted_temperature(logits, labels)
    return -log_softmax(tempered, axis=1)[np.arange(len(labels)), labels]


def settled(readings: Sequence[Reading], path: str) -> Reading:
    """The reading of the scaling that the model was trained with, by its cross-entropy on training examples.

    Raises:
        UserError: two are too near to tell apart, or none is better than guessing.
    """
    ordered = sorted(readings, key=lambda reading: float(np.mean(reading.cross_entropy)))
    best = ordered[0]
    if len(ordered) > 1 and not _ahead(best, ordered[1]):
        raise UserError(
            f"{path} answers alike whether it is given pixels as {best.name} or as {ordered[1].name} "
            f"({seen(readings)}); say how it was trained: --input-range {best.name}, or --input-range {ordered[1].name}"
        )
    return best


def _ahead(best: Reading, other: Reading) -> bool:
    """Certainly better in one of cross-entropy and accuracy, over the same examples, and not worse in the other."""
    gains = [other.cross_entropy - best.cross_entropy, best.right.astype(float) - other.right]
    means = [float(np.mean(gain)) for gain in gains]
    errors = [float(np.std(gain)) / np.sqrt(len(gain)) for gain in gains]
    return min(means) >= 0 and any(mean > _CERTAIN * error for mean, error in zip(means, errors))


def seen(readings: Sequence[Reading]) -> str:
    """Accuracies by range, for people."""
    return ", ".join(f"{reading.name}: {reading.accuracy:.1%}" for reading in readings)
