"""Models that were never trained, made to convert as trained ones do."""

import numpy as np
import tf_keras

from search.build import build
from search.genotype import Genotype


def built_with_biases(genotype: Genotype) -> tf_keras.Model:
    """The model of a genotype. Untrained biases are all zero, and the converter would share or drop them."""
    model, rng = build(genotype, seed=0), np.random.default_rng(0)
    for weight in model.trainable_weights:
        if len(weight.shape) == 1:
            weight.assign_add(rng.normal(0, 0.05, weight.shape))
    return model
