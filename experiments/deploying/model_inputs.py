"""A data set's pixels as a model takes them: examples that stand for all, and a model's logits."""

import numpy as np
import tf_keras

from deploy.compress.steps import Representative
from deploy.surgery.flat import predicted
from deploy.tflite.model_io import ranged
from distill.examples import Examples, Pixels, chunks

REPRESENTATIVE_EXAMPLES = 256
"""Training examples that importances and the ranges of activations are taken from."""


def logits_of(model: tf_keras.Model, pixels: Pixels, input_range: tuple[float, float]) -> np.ndarray:
    """A Keras model's logits for uint8 pixels."""
    parts = [predicted(model, ranged(chunk, input_range), batch_size=500) for chunk in chunks(pixels)]
    return np.concatenate(parts)


def representative_of(
    examples: Examples, input_range: tuple[float, float], count: int = REPRESENTATIVE_EXAMPLES
) -> Representative:
    """Some of the training examples, the same each time. Raises ValueError where they are of one class."""
    picked = np.random.default_rng(0).permutation(len(examples))[:count]
    inputs = ranged(examples.pixels[picked], input_range)
    return Representative(inputs=inputs, labels=examples.labels[picked], input_range=input_range)
