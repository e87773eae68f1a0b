"""Plain training: a reference network on labels, as long as there is time, then the converter's own int8."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tensorflow as tf
import tf_keras

from distill.checkpoint import Resume
from distill.examples import SCALED_RANGE, Examples
from distill.precision import computing_in, measure
from distill.recipe import Recipe
from distill.train import train
from distill.views.augmentation import Augmentation, Views
from experiments.data.load import DataSet
from experiments.deploying.model_inputs import representative_of
from experiments.hours.clock import Clock
from search.build import build
from search.genotype import Genotype

_VIEWS = 64
"""More than a bank has: augmentation costs plain training nothing."""
_TAIL_SHARE, _LEAST_TAIL_S = 0.01, 10.0
"""Time that conversion needs at the end."""
_REPRESENTATIVE = 500


@dataclass(frozen=True, kw_only=True, eq=False)
class ArmFile:
    """The file that an arm ends with."""

    model_bytes: bytes
    validation_accuracy: float
    """Of the float model, or of what the arm decides by."""
    epochs: int
    """Of the trainings that led to this file."""


def plain_file(
    data: DataSet,
    genotype: Genotype,
    augmentation: Augmentation,
    *,
    seconds: float,
    seed: int,
    clock: Clock,
    folder: Path,
) -> ArmFile:
    """Train with cross-entropy, Adam at 2e-3 and a cosine to zero, and convert to int8 with the stock converter.

    Args:
        clock: of the arm, its earlier launches included.
        folder: of checkpoints, which a killed arm goes on from.
    """
    recipe = Recipe(batch_size=128, learning_rate=2e-3, weight_decay=0.0)
    precision = measure(lambda: build(genotype, seed=seed), recipe.batch_size).precision
    with computing_in(precision):
        model = build(genotype, seed=seed)
    epochs = 0

    def count(epoch: int, metrics: dict[str, float]) -> None:
        nonlocal epochs
        epochs = epoch

    tail_s = max(_LEAST_TAIL_S, _TAIL_SHARE * seconds)
    accuracy = train(
        model,
        data.splits,
        recipe,
        epochs=100,
        views=Views(augmentation=augmentation, count=_VIEWS, seed=seed),
        on_epoch=count,
        resume=Resume(folder=folder),
        seconds=seconds - clock.seconds() - tail_s,
    )
    exact = build(genotype, seed=seed)
    exact.set_weights(model.get_weights())
    model_bytes = stock_int8(exact, data.train)
    return ArmFile(model_bytes=model_bytes, validation_accuracy=accuracy, epochs=epochs)


def stock_int8(model: tf_keras.Model, examples: Examples) -> bytes:
    """Full int8 by TensorFlow's converter, as its documentation has it."""
    inputs = representative_of(examples, SCALED_RANGE, _REPRESENTATIVE).inputs
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([np.expand_dims(image, 0)] for image in inputs)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tf.int8
    return converter.convert()
