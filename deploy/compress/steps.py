"""The steps of a compression, from a trained model to a file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import tensorflow as tf
import tf_keras

from deploy.compress.clusters import clustered, keep_clusters
from deploy.compress.compression import Compression
from deploy.compress.convert import converted, int8_after_training
from deploy.compress.gradual import gradually_fewer_channels
from deploy.compress.quantize import quantizable, set_input_range
from deploy.compress.shrink import Shrinking
from deploy.compress.zeros import with_zeros
from deploy.surgery.blocks import without_blocks
from deploy.surgery.channel_graph import ChannelGraph
from deploy.surgery.channels import fewer_channels
from deploy.surgery.flat import copied
from deploy.surgery.importance import taylor
from deploy.surgery.rank import low_rank
from deploy.tflite.operators import output_names
from deploy.tflite.slim import slimmed

_BATCH = 64

Phase = Literal["pruning", "quantization"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Representative:
    """Representative training examples, for importances and the ranges of activations."""

    inputs: np.ndarray
    """float32, as the model takes them: (examples, height, width, channels)."""
    labels: np.ndarray
    """Their class numbers."""
    input_range: tuple[float, float]
    """The model's input for pixels of 0 and 255."""

    def __post_init__(self):
        if len(np.unique(self.labels)) < 2:
            raise ValueError(
                f"the {len(self.labels)} examples to calibrate with are of {len(np.unique(self.labels))} classes; "
                "importances and ranges need examples of 2 classes or more, better of all"
            )

    def spanning(self) -> np.ndarray:
        """The inputs with both ends of the input's range in the first, where a converter looks for them."""
        inputs = self.inputs.copy()
        inputs[0].flat[:2] = self.input_range
        return inputs

    def batches(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Inputs and labels in batches."""
        starts = range(0, len(self.labels), _BATCH)
        return [(self.inputs[start : start + _BATCH], self.labels[start : start + _BATCH]) for start in starts]


@dataclass(frozen=True, kw_only=True, eq=False)
class Training:
    """Fine-tuning, injected by the caller, who has the examples and the teacher."""

    finetune: Callable[[tf_keras.Model, Phase, Sequence[tf_keras.callbacks.Callback], float], None]
    """Trains a model in place through a share of one phase, from above 0 to 1."""
    pruning_steps: int
    """Steps of the phase called pruning."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Compressed:
    """A file with its Keras model."""

    model: tf_keras.Model
    """From the same inputs to logits, with fake quantization where the file is int8."""
    file: bytes
    tensor_names: tuple[str, ...]
    """Of the operators' outputs, as the converter named them after the model's layers; the file has them no more."""

    @classmethod
    def of(cls, model: tf_keras.Model, file: bytes) -> "Compressed":
        """A model with the file that the converter made of it."""
        return cls(model=model, file=slimmed(file), tensor_names=output_names(file))


def compress(
    model: tf_keras.Model,
    compression: Compression,
    representative: Representative,
    training: Training | None = None,
    by_converter: bool = False,
) -> Compressed:
    """Compress a model and convert it; the model itself is left as it is.

    Args:
        training: ignored unless the compression is trained.
        by_converter: int8 by the converter after training, with ranges from the examples, for models that
            quantization-aware training does not take.

    Raises:
        ModelRefused: a layer that a step cannot follow.
        ValueError: the share of MACs is out of reach, or a step that the converter does not take.
    """
    if by_converter:
        _require_convertible(compression)
    training = training if compression.trained else None
    finetune = training and (
        lambda model, callbacks=(), share=1.0: training.finetune(model, "pruning", callbacks, share)
    )
    if compression.shrink and finetune:
        model = copied(model)
        finetune(model, [Shrinking(model, compression.shrink, channels=compression.channels < 1)])
    if compression.channels < 1 and finetune:
        model = reshaped(model, replace(compression, channels=1.0), representative)
        model = gradually_fewer_channels(
            model,
            compression.channels,
            _importance(representative),
            lambda model, share: finetune(model, share=share),
        )
    else:
        model = reshaped(model, compression, representative)
        if compression.reshapes and finetune and not compression.zeros:
            finetune(model)
    if compression.zeros:
        steps = training.pruning_steps if training else 0
        model = with_zeros(model, compression.zeros, steps, finetune, compression.pattern)
    books = {}
    if compression.clusters:
        model, books = clustered(model, compression.clusters, compression.powers_of_two)
    if compression.numbers != "int8":
        return Compressed.of(model, converted(model, compression.numbers, representative.inputs))
    if by_converter:
        return Compressed.of(model, int8_after_training(model, representative.spanning()))
    quantized = quantizable(
        model,
        keep_zeros=bool(compression.zeros),
        inputs=representative.inputs,
        ranges=compression.ranges,
    )
    keep_clusters(quantized, books)
    if training is not None:
        training.finetune(quantized, "quantization", (), 1.0)
    set_input_range(quantized, *representative.input_range)
    return Compressed.of(quantized, converted(quantized))


def _require_convertible(compression: Compression) -> None:
    """Raise ValueError for steps that are of quantization-aware training alone."""
    if compression.numbers == "int8" and compression.ranges != "min_max":
        raise ValueError(f"the converter quantizes this model, and takes no ranges {compression.ranges}")
    if compression.trained and not (compression.reshapes or compression.zeros):
        raise ValueError("the converter quantizes this model after training: without another step nothing is trained")


def reshaped(model: tf_keras.Model, compression: Compression, representative: Representative) -> tf_keras.Model:
    """The model with other layers and widths, without fine-tuning."""
    if compression.blocks:
        model = without_blocks(model, compression.blocks, representative.batches())
    if compression.rank < 1:
        model = low_rank(model, compression.rank)
    if compression.channels < 1:
        model = fewer_channels(model, compression.channels, _importance(representative))
    return model


def _importance(representative: Representative) -> Callable[[ChannelGraph], np.ndarray]:
    batches = representative.batches()
    return lambda graph: taylor(graph, batches, _movement())


def _movement():
    """A loss whose gradient is the movement of the logits in random directions.

    The gradient of the labels' loss vanishes for a student that is right on all of these examples.
    """
    rng = np.random.default_rng(0)
    return lambda labels, logits: tf.reduce_mean(logits * tf.constant(rng.normal(size=logits.shape), tf.float32))
