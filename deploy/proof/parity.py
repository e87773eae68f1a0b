"""Parity: a file's outputs against the logits of the Keras model that it was converted from."""

from dataclasses import dataclass

import numpy as np

from deploy.tflite import model_io, runtime

TIE_STEPS = 2
"""Classes whose Keras logits are so close, in steps of the file's output, count as tied: int8 cannot part them."""
_NOISE = 4
"""And those that are within so many times the median error of all logits, which grows with depth."""


@dataclass(frozen=True, kw_only=True)
class Parity:
    """Distance of a file's outputs from those of the Keras model that it was converted from."""

    agreement: float
    """Share of examples with the same top class."""
    agreement_or_tie: float
    """Share of examples with the same top class, or with one that the Keras model has as near to its top as the file's
    steps and errors are large."""
    mean_error_steps: float
    max_error_steps: float
    """In steps of the file's int8 output."""
    error_share: float = 0.0
    """Root mean square of the errors over that of the logits' distances from their example's mean."""
    examples: int = 0
    """That were compared; 0 in records of before."""


def parity(
    model_bytes: bytes, pixels: runtime.Pixels, keras_logits: np.ndarray, input_range: tuple[float, float] | None = None
) -> Parity:
    """Compare a file with the float32 logits that its Keras model gives for the same uint8 pixels.

    A file with float outputs has no steps: there a step is a 255th of the range of its Keras model's logits.
    """
    sign = model_io.signature(runtime.load(model_bytes))
    outputs = runtime.run(model_bytes, pixels, input_range)
    if sign.output_scale:
        limits = np.iinfo(sign.output_dtype)
        scale, ends = sign.output_scale, (limits.min - sign.output_zero_point, limits.max - sign.output_zero_point)
    else:
        scale, ends = max(float(np.ptp(keras_logits)), 1e-12) / 255, (-np.inf, np.inf)
    steps = model_io.logits(outputs, sign) / scale
    expected = np.clip(keras_logits / scale, *ends)
    error = np.abs(steps - expected)
    top, tie = steps.argmax(axis=1), max(TIE_STEPS, _NOISE * float(np.median(error)))
    spread = float(np.sqrt(np.mean((expected - expected.mean(axis=1, keepdims=True)) ** 2)))
    return Parity(
        agreement=float(np.mean(top == keras_logits.argmax(axis=1))),
        agreement_or_tie=float(np.mean(steps_behind(expected, top) <= tie)),
        mean_error_steps=float(error.mean()),
        max_error_steps=float(error.max()),
        examples=len(top),
        error_share=float(np.sqrt(np.mean(error**2))) / max(spread, 1e-12),
    )


def steps_behind(expected: np.ndarray, top: np.ndarray) -> np.ndarray:
    """The distance, in steps, of the class that another model has on top from the expected top class.

    Args:
        expected: outputs in steps, shape (examples, classes).
        top: the other model's class numbers, shape (examples,).
    """
    return expected.max(axis=1) - np.take_along_axis(expected, top[:, None], axis=1)[:, 0]
