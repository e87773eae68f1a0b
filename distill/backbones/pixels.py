"""The pixels that a backbone was pretrained on: their range, and the layers that bring pictures to it."""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import tf_keras

from distill.brought.opened_model import short
from distill.brought.teacher_input import STATISTICS, InputRange, ranged
from distill.errors import TeacherRefused

_keras = tf_keras.layers
_TOLERANCE = 1e-3


def settled_range(builder: Callable, source: str, stated: InputRange | None) -> InputRange:
    """The range that is stated, or the one that the builder's module declares by its function `preprocess_input`.

    A head of random weights is equally wrong in any range, so that none can be told by trying, as it is with teachers
    that are brought whole.

    Raises:
        TeacherRefused: neither states it, or `preprocess_input` does something else than to scale pixels.
    """
    if stated is not None:
        return stated
    module = sys.modules.get(getattr(builder, "__module__", ""))
    preprocess = getattr(module, "preprocess_input", None)
    asked = (
        f"say by --teacher.input-range which values it was pretrained on for pixels of 0 and 255, such as -1 1, or "
        f"{' or '.join(STATISTICS)}"
    )
    if preprocess is None:
        raise TeacherRefused(f"the module of --teacher.backbone {source} has no function preprocess_input: {asked}")
    declared = _range_of(preprocess, source, asked)
    if declared is None:
        raise TeacherRefused(
            f"preprocess_input beside --teacher.backbone {source} does something else than to bring pixels to a range: "
            f"{asked}; or give a function that builds it behind layers that do so"
        )
    return declared


def _range_of(preprocess: Callable, source: str, asked: str) -> InputRange | None:
    pixels = np.random.default_rng(0).integers(0, 256, (1, 16, 16, 3)).astype(np.float32)
    pixels[0, 0, 0], pixels[0, 0, 1] = 0, 255
    try:
        # Keras's works in place.
        values = np.asarray(preprocess(pixels.copy()), np.float32)
    except Exception as error:
        raise TeacherRefused(
            f"preprocess_input beside --teacher.backbone {source} failed on pictures: {short(error)}; {asked}"
        ) from error
    if values.shape != pixels.shape:
        return None
    ends = float(values[0, 0, 0, 0]), float(values[0, 0, 1, 0])
    candidates: tuple[InputRange, ...] = (ends, *STATISTICS)
    for candidate in candidates:
        spread = np.ptp(values)
        if spread > 0 and np.abs(ranged(pixels, candidate) - values).max() <= _TOLERANCE * spread:
            return candidate
    return None


def in_range(image: Any, input_range: InputRange) -> Any:
    """Scaled pixels, a tensor of 1 or 3 channels, as the 3 channels of a range.

    Layers that compute in float32 in any precision. A range that is the same for all channels comes before grey is
    repeated, where compression finds it at the start of the model.
    """
    if not isinstance(input_range, str):
        low, high = input_range
        step = (high - low) / 255
        return _coloured(_keras.Rescaling(128 * step, low + 128 * step, dtype="float32", name="pixels")(image))
    # Affine in each channel: read off at pixels of 0 and 255.
    ends = np.array([[[[0.0] * 3, [255.0] * 3]]], np.float32)
    zero, full = ranged(ends, input_range)[0, 0].astype(float)
    step = (full - zero) / 255
    coloured = _coloured(image)
    if input_range == "caffe":
        coloured = coloured[..., ::-1]
    scaling = _keras.Rescaling((128 * step).tolist(), (zero + 128 * step).tolist(), dtype="float32", name="pixels")
    return scaling(coloured)


def _coloured(image: Any) -> Any:
    return image if image.shape[-1] == 3 else _keras.Concatenate(dtype="float32", name="colour")([image] * 3)
