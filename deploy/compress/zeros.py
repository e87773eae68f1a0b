"""Unstructured magnitude pruning with rising sparsity (Zhu & Gupta 2017), or 2:4 sparsity."""

from collections.abc import Callable, Sequence
from typing import Any, cast

import tensorflow_model_optimization as tfmot
import tf_keras

from deploy.compress.compression import Pattern
from deploy.surgery.flat import copied

Finetune = Callable[[tf_keras.Model, Sequence[tf_keras.callbacks.Callback]], None]
"""Trains a model in place with some callbacks, still under the teacher."""


def with_zeros(
    model: tf_keras.Model, sparsity: float, steps: int, finetune: Finetune | None, pattern: Pattern = "free"
) -> tf_keras.Model:
    """The model with the smallest weights of each convolution and dense layer at zero, fine-tuned while sparsity rises.

    Args:
        model: it is left as it is.
        sparsity: share of zeros at the end, from 0 to below 1. Depthwise kernels stay dense.
        steps: training steps that `finetune` will take; sparsity rises over the first three quarters.
        finetune: None sets zeros without training.
        pattern: 2:4 has two zeros in any four input channels, from the first step on.
    """
    # tfmot's functions have no types, and pyright takes their defaults for them.
    parameters: dict[str, Any] = {"sparsity_m_by_n": (2, 4)} if pattern == "2:4" else {}
    if finetune is None or pattern == "2:4":
        parameters["pruning_schedule"] = tfmot.sparsity.keras.ConstantSparsity(sparsity, begin_step=0, frequency=1)
    else:
        parameters["pruning_schedule"] = tfmot.sparsity.keras.PolynomialDecay(
            initial_sparsity=0.0, final_sparsity=sparsity, begin_step=0, end_step=max(1, 3 * steps // 4), frequency=1
        )
    pruned = cast(tf_keras.Model, tfmot.sparsity.keras.prune_low_magnitude(copied(model), **parameters))
    if finetune is not None:
        finetune(pruned, [tfmot.sparsity.keras.UpdatePruningStep()])
    for layer in pruned.layers:
        if hasattr(layer, "pruning_obj"):
            # A training that took fewer steps has not come to the end of the schedule.
            layer.pruning_step.assign(max(1, 3 * steps // 4))
            layer.pruning_obj.conditional_mask_update()
            layer.pruning_obj.weight_mask_op()
    return tfmot.sparsity.keras.strip_pruning(pruned)
