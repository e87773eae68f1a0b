"""Known answers: real examples with a file's outputs, against which another machine checks its own."""

import io
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, kw_only=True, eq=False)
class KnownAnswers:
    """Real examples with the outputs of the file at the time of its proof."""

    pixels: np.ndarray
    """uint8, shape (examples, height, width, channels)."""
    labels: np.ndarray
    """Class numbers, int64."""
    outputs: np.ndarray
    """Of the file, in its own steps, shape (examples, classes)."""
    teacher_logits: np.ndarray | None = None
    """Of the teacher, shape (examples, classes); None where it was not at hand."""

    def to_bytes(self) -> bytes:
        """As an .npz; the same examples give the same bytes."""
        content = io.BytesIO()
        np.savez_compressed(content, **{name: array for name, array in vars(self).items() if array is not None})
        return content.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> "KnownAnswers":
        """The inverse of `to_bytes`; no pickled code is run. Raises whatever numpy raises for other content."""
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return cls(**{name: arrays[name] for name in arrays.files})
