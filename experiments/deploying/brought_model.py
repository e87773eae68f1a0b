"""A user's trained model, checked against the data: its shape, the range of its pixels, and what it knows."""

from collections.abc import Sequence
from dataclasses import dataclass

import tf_keras

from deploy.surgery.input_scaling import Scaling, with_scaling
from deploy.surgery.intake import Accepted, intake
from deploy.surgery.lint import Refused
from deploy.surgery.logits import Activation
from deploy.tflite.model_io import STUDENT_RANGE
from distill.examples import Examples
from experiments.deploying.input_range import Reading, read, seen, settled, usual_scalings
from experiments.errors import UserError

_LEAST_GAIN = 0.05
_EXPECTED_POINTS = 0.02
"""Share of examples that accuracies on two samples may differ by."""


@dataclass(frozen=True, kw_only=True, eq=False)
class BroughtModel:
    """A float model that can be compressed."""

    model: tf_keras.Model
    input_range: tuple[float, float]
    """Its input for pixels of 0 and 255."""
    untrainable: tuple[Refused, ...]
    """Layers for which the converter quantizes the model after training."""
    activation: Activation
    """From its logits to confidences."""
    summary: str
    """Its input range, and what was changed about it, in words."""


def fitted_model(
    model: tf_keras.Model,
    path: str,
    examples: Examples,
    *,
    scaling: tuple[str, Scaling] | None = None,
    expected_accuracy: float | None = None,
) -> BroughtModel:
    """Check a model against training examples, and rebuild it for them.

    Args:
        path: of the model, for messages.
        scaling: of its pixels, with a name; None tells the usual ones apart on the examples.
        expected_accuracy: of the float model, as its author knows it.

    Raises:
        UserError: it does not fit the data, or the range of its pixels cannot be told.
        ModelRefused: it cannot be compressed.
    """
    _require_shape(model, path, examples)
    accepted = intake(model, examples.input_shape)
    outputs = accepted.model.output_shape[1:]
    if outputs != (examples.classes,):
        raise UserError(
            f"{path} gives outputs of {outputs}, the data set has {examples.classes} classes; a classifier with one "
            "output for each class can be deployed"
        )
    usual = usual_scalings(examples.input_shape[2])
    readings = read(accepted.model, accepted.scaling, examples, dict([scaling]) if scaling else usual)
    best = readings[0] if scaling else settled(readings, path)
    _require_knowledge(best, readings, path, examples, expected_accuracy)
    rebuilt, input_range, where = _taking(accepted, best.scaling)
    return BroughtModel(
        model=rebuilt,
        input_range=input_range,
        untrainable=accepted.untrainable,
        activation=accepted.activation,
        summary=_summary(best, readings, accepted, where),
    )


def _require_shape(model: tf_keras.Model, path: str, examples: Examples) -> None:
    """Raise `UserError` unless the model takes such examples; sizes may be open, and the channel left out."""
    shape, wanted = model.input_shape[1:], examples.input_shape
    if len(shape) == 2 and wanted[2] == 1:
        shape = (*shape, 1)
    if len(shape) != len(wanted) or any(size not in (None, other) for size, other in zip(shape, wanted)):
        raise UserError(
            f"{path} takes inputs of {model.input_shape[1:]}, the data set has {wanted}; name the data set that it was "
            "trained on, or build the model for inputs of that shape"
        )


def _require_knowledge(
    best: Reading, readings: Sequence[Reading], path: str, examples: Examples, expected: float | None
) -> None:
    """Raise `UserError` for a model that guesses, or that is not as accurate as its author says."""
    guessing = 1 / examples.classes
    if best.balanced_accuracy < guessing + _LEAST_GAIN:
        raise UserError(
            f"{path} is right on {best.balanced_accuracy:.1%} of training examples, all classes counting alike, and "
            f"guessing gives {guessing:.1%} (by input range: {seen(readings)}); say how its pixels were scaled with "
            "--input-range, or --input-mean and --input-std, or look at its weights and the order of its classes"
        )
    if expected is not None and best.accuracy < expected - _EXPECTED_POINTS:
        raise UserError(
            f"{path} is right on {best.accuracy:.1%} of training examples, and --expected-accuracy is {expected:.1%} "
            f"(by input range: {seen(readings)}); say how its pixels were scaled with --input-range, or --input-mean "
            "and --input-std"
        )


def _taking(accepted: Accepted, scaling: Scaling) -> tuple[tf_keras.Model, tuple[float, float], str]:
    """The model, the range of its input, and in words where a scaling by channel went."""
    if scaling.range is not None:
        return accepted.model, scaling.range, ""
    # Pixels of each channel from -1 to 127/128, in steps of int8, then what is left of the scaling.
    low, high = STUDENT_RANGE
    step, channels = (high - low) / 255, len(scaling.scale)
    unscaled = Scaling(scale=(1 / step,) * channels, offset=(-low / step,) * channels)
    model, where = with_scaling(accepted.model, scaling.after(unscaled))
    return model, STUDENT_RANGE, where


def _summary(best: Reading, readings: Sequence[Reading], accepted: Accepted, where: str) -> str:
    summary = f"takes pixels as {best.name.replace(' ', ' to ')} (right on training examples: {seen(readings)})"
    if where:
        summary += f", each channel scaled {where}"
    if accepted.removed:
        summary += f"; without {', '.join(accepted.removed)}"
    if accepted.untrainable:
        first, more = accepted.untrainable[0], len(accepted.untrainable) - 1
        summary += f"; quantized by the converter, after training, since {first.layer} ({first.kind}): {first.reason}"
        summary += f", and {more} more" if more else ""
    return summary
