"""The value that each export gives: files, and their outputs for the bundle's known answers."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, kw_only=True, eq=False)
class Export:
    """A student in another format."""

    files: dict[str, bytes]
    """By their names below the export's folder."""
    ran_in: str
    """The runtime that `outputs` are from, with its version, such as `onnxruntime 1.31, CPU`; or `nothing`, and why."""
    outputs: np.ndarray | None
    """For the pixels of the bundle's known answers, in the steps of the .tflite; None where no runtime is at hand."""
    same_integers: bool
    """True if the runtime computes the same integer graph, so that nothing but rounding can differ."""
    notes: tuple[str, ...] = ()
    """Notes for users of the files."""
    figures: dict[str, float] | None = None
    """Of the format, such as `arena_bytes`."""
