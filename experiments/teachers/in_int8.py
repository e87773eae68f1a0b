"""A teacher's copy in int8, which fills a bank where that is faster."""

import functools
import os
from collections.abc import Callable
from typing import Any

import numpy as np
import tf_keras

from deploy.compress.post_training import int8_function
from deploy.errors import DeployError
from distill.bank.outputs import Outputs
from distill.examples import Examples, scaled

_CALIBRATION = 100


def calibration_pixels(examples: Examples) -> np.ndarray:
    """Scaled pixels of some training examples, which the ranges of activations are taken from."""
    chosen = np.random.default_rng(0).permutation(len(examples))[:_CALIBRATION]
    return scaled(examples.pixels[chosen].astype(np.float32))


def in_int8(
    graph: Callable[[Any], Any], images: np.ndarray, say: Callable[[str], None]
) -> Callable[[np.ndarray], np.ndarray] | None:
    """A function from images to logits that computes in int8; None, which is said, where there can be none.

    Args:
        graph: from a batch of images to logits, in operations of TensorFlow.
        images: calibration examples, as the graph takes them.
    """
    try:
        return int8_function(graph, images, threads=len(os.sched_getaffinity(0)))
    except DeployError as error:
        say(f"no int8 copy of the teacher, which fills the bank in floats therefore: {error}")
        return None


def int8_outputs(model: tf_keras.Model, examples: Examples, say: Callable[[str], None]) -> Outputs | None:
    """The outputs of a model from scaled pixels to logits, computed in int8; None as `in_int8`."""
    run = in_int8(functools.partial(model, training=False), calibration_pixels(examples), say)
    return run and (lambda pixels, numbers: {"logits": run(np.asarray(pixels))})
