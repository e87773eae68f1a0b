"""Magnitude pruning with a rising share of zeros (Zhu & Gupta 2017)."""

from collections.abc import Callable, Sequence

import tensorflow_model_optimization as tfmot
import tf_keras

Finetune = Callable[[tf_keras.Model, Sequence[tf_keras.callbacks.Callback]], float]
"""Trains a model in place with the callbacks given, still under the teacher; returns validation accuracy."""


def prune(model: tf_keras.Model, sparsity: float, steps: int, finetune: Finetune) -> tf_keras.Model:
    """The model with a share of each convolution's and dense layer's smallest weights at zero, trained meanwhile.

    Args:
        sparsity: share of zeros at the end, from 0 to below 1. Depthwise kernels are left whole.
        steps: how many training steps `finetune` will take; the share rises over the first three quarters.
        finetune: trains a model in place, with the callbacks it is given.
    """
    schedule = tfmot.sparsity.keras.PolynomialDecay(
        initial_sparsity=0.0, final_sparsity=sparsity, begin_step=0, end_step=max(1, 3 * steps // 4), frequency=1
    )
    pruned = tfmot.sparsity.keras.prune_low_magnitude(model, pruning_schedule=schedule)
    finetune(pruned, [tfmot.sparsity.keras.UpdatePruningStep()])
    return tfmot.sparsity.keras.strip_pruning(pruned)
