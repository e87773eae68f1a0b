"""A trained tf_keras model of the user's: opened, checked against the data, its input range recognised."""

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import tf_keras

from deploy.proof.accuracy import accuracy
from deploy.surgery.flat import ModelRefused
from deploy.surgery.intake import intake, layers_in_float
from deploy.tflite.model_io import BYTE_RANGE, STUDENT_RANGE, UNIT_RANGE
from distill.brought.trust import inspect_keras_file
from distill.examples import Examples
from experiments.deploying.model_inputs import logits_of
from experiments.errors import UserError

# STUDENT_RANGE and -1 to 1 are too near to tell them apart.
_TRIED_RANGES = (STUDENT_RANGE, UNIT_RANGE, BYTE_RANGE)
_PROBES = 1_000


@dataclass(frozen=True, kw_only=True, eq=False)
class BroughtModel:
    """A float model that can be compressed."""

    model: tf_keras.Model
    input_range: tuple[float, float]
    """Its input for pixels of 0 and 255."""
    in_float: dict[str, str]
    """Layers that quantization refuses and that stay in float, with the reasons."""
    summary: str
    """Its input range, and what was changed about it, in words."""


def open_model(
    path: Path,
    examples: Examples,
    *,
    trust: bool,
    input_range: tuple[float, float] | None,
    allow_float: bool = False,
) -> BroughtModel:
    """Open a .keras or .h5 file.

    Args:
        examples: of the training split; accuracy on them decides the input range where it is not named.
        trust: load what is not known to be harmless too.
        allow_float: take layers that quantization refuses; they stay in float.

    Raises:
        UserError: it cannot be read, would run code, or does not fit the data.
        ModelRefused: it cannot be compressed.
    """
    accepted = intake(_loaded(path, trust))
    model = accepted.model
    shape, outputs = model.input_shape[1:], model.output_shape[1:]
    if shape != examples.input_shape:
        raise UserError(
            f"{path} takes inputs of {shape}, the data set has {examples.input_shape}; name the data set that it was "
            "trained on, or build the model for inputs of that shape"
        )
    if outputs != (examples.classes,):
        raise UserError(
            f"{path} gives outputs of {outputs}, the data set has {examples.classes} classes; a classifier with one "
            "output for each class can be deployed"
        )
    in_float = layers_in_float(model, allowed=allow_float)
    if accepted.rescaling is not None:
        scale, offset = accepted.rescaling
        low, high = input_range or BYTE_RANGE
        input_range = (scale * low + offset, scale * high + offset)
    probes = np.random.default_rng(0).permutation(len(examples))[:_PROBES]
    accuracies = {
        tried: accuracy(logits_of(model, examples.pixels[probes], tried), examples.labels[probes])
        for tried in ([input_range] if input_range else _TRIED_RANGES)
    }
    best = max(accuracies, key=accuracies.__getitem__)
    commonest = np.bincount(examples.labels[probes]).max() / len(probes)
    seen = ", ".join(f"{low:g} {high:g}: {share:.1%}" for (low, high), share in accuracies.items())
    if accuracies[best] < commonest + 0.05:
        raise UserError(
            f"{path} is right on {accuracies[best]:.1%} of {len(probes)} training examples, and guessing the commonest "
            f"class gives {commonest:.1%} (by input range: {seen}); name the range of its pixels with --input-range, "
            "or look at its weights and the order of its classes"
        )
    removal = f"; without {' and '.join(accepted.removed)}" if accepted.removed else ""
    summary = f"takes pixels as {best[0]:g} to {best[1]:g} (right on training examples: {seen}){removal}"
    if in_float:
        summary += f"; in float stay {', '.join(in_float)}"
    return BroughtModel(model=model, input_range=best, in_float=in_float, summary=summary)


def _loaded(path: Path, trust: bool) -> tf_keras.Model:
    if path.suffix not in (".keras", ".h5") or not path.is_file():
        raise UserError(
            f"{path} is {'no file' if not path.exists() else 'no .keras or .h5 file'}; give a trained model that "
            "tf_keras saved: model.save('MODEL.keras')"
        )
    file = inspect_keras_file(path)
    if any("quantiz" in suspect.lower() for suspect in file.suspects):
        raise ModelRefused(
            f"{path} is quantized already ({file.suspects[0]}); give the float model that it was made from"
        )
    if file.suspects and not trust:
        raise UserError(
            f"{path} would run code that Keras does not vouch for: {'; '.join(file.suspects)}. Say --trust if you "
            "trust its author, or build the model of plain layers"
        )
    if file.keras_3:
        raise UserError(
            f"{path} was written by Keras {file.keras_version}; pruning and quantization work with tf_keras (Keras 2): "
            "build the same layers with tf_keras, hand over the weights with set_weights, and save that"
        )
    try:
        return cast(tf_keras.Model, tf_keras.models.load_model(path, compile=False, safe_mode=not trust))
    except Exception as error:
        raise UserError(
            f"{path} cannot be loaded by tf_keras {tf_keras.__version__} "
            f"({type(error).__name__}: {' '.join(str(error).split())[:300]}); it may be damaged: save it anew"
        ) from error
