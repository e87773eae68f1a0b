"""The first phase of fine-tuning: the head alone, on features that the backbone computes once for each example."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
import tf_keras

from distill.examples import Examples, Splits, scaled
from distill.precision import in_halves

_MOST_EXAMPLES = 20_000
"""Examples that the head is trained on: it need not be right, but keep its first gradients from the backbone."""
_CHUNK, _BATCH, _EPOCHS, _LEARNING_RATE = 64, 64, 30, 3e-3
_LEAST_DEVIATION = 1e-6
# The signature of tf_keras's `fit` has it as a str.
_SILENT: Any = 0
_keras = tf_keras.layers


def train_head(
    model: tf_keras.Model, splits: Splits, *, seed: int, on_examples: Callable[[int], None] = lambda count: None
) -> float:
    """Train the last layer of a model in place; the layers before are only run, once.

    Random weights of a head would first spoil those of the backbone (Kumar 2022, "Fine-Tuning can Distort Pretrained
    Features", section 3.3: linear probing, then fine-tuning). Examples are seen as they are, in no views.

    Args:
        model: from scaled pixels to logits, ending in a dropout and a dense layer.
        on_examples: called with a number of further examples whose features are computed, of both splits.

    Returns:
        Share of the validation examples whose class has the largest logit.
    """
    dropout, dense = model.layers[-2:]
    backbone = tf_keras.Model(model.inputs, dropout.input)
    forward = tf.function(lambda pixels: in_halves(backbone, pixels, training=False), reduce_retracing=True)

    def features_of(examples: Examples, numbers: np.ndarray) -> np.ndarray:
        parts = []
        for start in range(0, len(numbers), _CHUNK):
            rows = numbers[start : start + _CHUNK]
            features = forward(tf.constant(scaled(examples.pixels[rows].astype(np.float32))))
            parts.append(tf.cast(features, tf.float32).numpy())
            on_examples(len(rows))
        return np.concatenate(parts)

    train, validation = (head_examples(examples, seed) for examples in (splits.train, splits.validation))
    features = features_of(splits.train, train)
    # The size of features is the backbone's: brought to one, the learning rate suits all. It is one number for all
    # features, since those that hardly move would get weights so large that int8 had no steps left for the others.
    mean = features.mean(axis=0)
    deviation = float(np.sqrt(np.mean((features - mean) ** 2))) + _LEAST_DEVIATION
    tf_keras.utils.set_random_seed(seed)
    head = tf_keras.Sequential([_keras.Dropout(dropout.rate), _keras.Dense(dense.units, dtype="float32")])
    loss = tf_keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    head.compile(tf_keras.optimizers.Adam(_LEARNING_RATE), loss=loss)
    head.fit((features - mean) / deviation, splits.train.labels[train], _BATCH, epochs=_EPOCHS, verbose=_SILENT)
    kernel, bias = head.get_weights()
    dense.set_weights([kernel / deviation, bias - (mean / deviation) @ kernel])
    answers = features_of(splits.validation, validation) @ dense.kernel.numpy() + dense.bias.numpy()
    return float(np.mean(answers.argmax(axis=1) == splits.validation.labels[validation]))


def head_examples(examples: Examples, seed: int) -> np.ndarray:
    """Numbers of the examples that a head is trained or judged on."""
    return np.sort(np.random.default_rng(seed).permutation(len(examples))[:_MOST_EXAMPLES])
