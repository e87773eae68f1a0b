"""Quantization-aware training that keeps a pruned model's zeros."""

import tensorflow_model_optimization as tfmot
import tf_keras


def quantizable(model: tf_keras.Model, *, keep_zeros: bool) -> tf_keras.Model:
    """The model with fake quantization of weights and activations to int8 (Jacob 2018), ready to be trained on.

    With `keep_zeros` weights that are zero now stay zero (tfmot's prune-preserving scheme).
    """
    annotated = tfmot.quantization.keras.quantize_annotate_model(model)
    if keep_zeros:
        scheme = tfmot.experimental.combine.Default8BitPrunePreserveQuantizeScheme()
        return tfmot.quantization.keras.quantize_apply(annotated, scheme)
    return tfmot.quantization.keras.quantize_apply(annotated)
