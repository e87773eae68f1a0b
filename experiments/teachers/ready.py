"""A teacher that is ready to fill a bank, and the mean of several."""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from deploy.digests import sha256_of
from distill.bank.outputs import Outputs
from distill.bank.speed import Converted
from distill.examples import Examples, scaled
from experiments.errors import UserError
from experiments.experiment import Experiment
from experiments.run.context import Context


@dataclass(frozen=True, kw_only=True, eq=False)
class ReadyTeacher:
    """A teacher that is ready to fill a bank."""

    outputs: Outputs
    digest: str
    accuracy: float
    """On validation."""
    description: str
    sees_pixels: bool = True
    """False for logits that were computed elsewhere: they exist for the train split alone."""
    int8: Converted = lambda: None
    """Makes a copy that computes in int8."""

    def logits(self, pixels: np.ndarray) -> np.ndarray | None:
        """Logits for uint8 pixels; None where the teacher does not compute them from pixels."""
        if not self.sees_pixels:
            return None
        seen = tf.constant(scaled(pixels.astype(np.float32)))
        return np.asarray(self.outputs(seen, np.arange(len(pixels)))["logits"], np.float32)


def mean_teacher(context: Context, members: list[ReadyTeacher]) -> ReadyTeacher:
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
    digest = sha256_of("".join(member.digest for member in members).encode())
    description = "mean of " + "; ".join(member.description for member in members)
    sees_pixels = all(member.sees_pixels for member in members)
    return ReadyTeacher(
        outputs=outputs, digest=digest, accuracy=accuracy, description=description, sees_pixels=sees_pixels
    )


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


def layers_of(experiment: Experiment) -> tuple[str, ...]:
    """The teacher's features that the losses compare."""
    return tuple(name.removesuffix(".attention") for name in experiment.distillation.features)
