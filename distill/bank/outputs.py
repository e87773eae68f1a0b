"""A teacher as a bank sees it, a function to outputs, and comparisons of the outputs of two."""

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from distill.errors import DistillError

Outputs = Callable[[tf.Tensor, np.ndarray], dict[str, np.ndarray]]
"""A teacher: from scaled pixels (batch, height, width, channels) and the examples' numbers (batch,), which most
teachers ignore, to "logits" (batch, classes) and features by name."""

_SAME = 0.01
"""Difference of logits, as a share of the largest, that is rounding."""
_AGREEMENT, _DIFFERENCE = 0.98, 0.1
"""Least share of rows whose largest logit is the same, and the largest difference as a share of the values, both as
root mean squares. At half of that, soft targets at a temperature of 3 differ by a divergence of 0.001."""


class TeacherFailed(DistillError, RuntimeError):
    """An output of the teacher is NaN or infinite; the message says for which examples."""


def all_finite(outputs: dict[str, np.ndarray]) -> bool:
    """True if no output is NaN or infinite."""
    return all(np.isfinite(np.asarray(array)).all() for array in outputs.values())


def finite(outputs: dict[str, np.ndarray], of: str) -> dict[str, np.ndarray]:
    """Outputs as float32; raises `TeacherFailed` where one is NaN or infinite. `of` names the examples."""
    arrays = {name: np.asarray(array, np.float32) for name, array in outputs.items()}
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            raise TeacherFailed(
                f"the teacher's {name} for {of} are not all finite numbers; look at its weights and its input range"
            )
    return arrays


def says_the_same(view: dict[str, np.ndarray], mirror: dict[str, np.ndarray]) -> bool:
    """True if a teacher's outputs for views and for their mirror images are equal; features are maps, and never are."""
    if set(view) != {"logits"}:
        return False
    return bool(np.abs(view["logits"] - mirror["logits"]).max() <= _SAME * np.abs(view["logits"]).max())


def agree(exact: dict[str, np.ndarray], rounded: dict[str, np.ndarray]) -> bool:
    """True if the largest logits are the same, and all outputs, features too, nearly so."""
    same = np.mean(exact["logits"].argmax(axis=1) == rounded["logits"].argmax(axis=1))
    return bool(
        same >= _AGREEMENT
        and all(_rms(exact[name] - rounded[name]) <= _DIFFERENCE * _rms(exact[name]) for name in exact)
    )


def _rms(values: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(values, dtype=np.float64))))
