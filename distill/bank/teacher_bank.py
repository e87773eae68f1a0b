"""Reading a teacher bank: open it if it is whole, and look up rows."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from distill.bank.address import BankPlace
from distill.bank.chunk import chunks, intact_chunks
from distill.bank.format import decode


@dataclass(frozen=True, kw_only=True, eq=False)
class TeacherBank:
    """One teacher's outputs for all views of one training set."""

    address: str
    """Digest of data, views, teacher and stored outputs, by `bank_address`."""
    classes: int
    arrays: dict[str, np.ndarray]
    """By name, of shape (views, examples, ...): float16 and memory-mapped, as `distill.bank.format` encodes them."""

    def read(self, views: np.ndarray, numbers: np.ndarray) -> dict[str, np.ndarray]:
        """Outputs for views of examples, both of shape (batch,): float32 "logits" (batch, classes), and features."""
        return decode({name: array[views, numbers] for name, array in self.arrays.items()}, self.classes)

    @property
    def views(self) -> int:
        """Views of each example."""
        return len(next(iter(self.arrays.values())))

    @property
    def output_shapes(self) -> dict[str, tuple[int, ...]]:
        """Shapes of one example's outputs, as `read` gives them."""
        first = np.zeros(1, np.int64)
        return {name: array.shape[1:] for name, array in self.read(first, first).items()}

    @property
    def size_bytes(self) -> int:
        """Bytes of all arrays."""
        return sum(array.nbytes for array in self.arrays.values())


def open_bank(place: BankPlace) -> TeacherBank | None:
    """The bank at a place; None where there is none, or a chunk is missing or damaged."""
    arrays = mapped_arrays(place.folder)
    if arrays is None:
        return None
    views, examples = next(iter(arrays.values())).shape[:2]
    if intact_chunks(place.folder, arrays) != set(chunks(views, examples)):
        return None
    return TeacherBank(address=place.address, classes=_layout(place.folder)["classes"], arrays=arrays)


def mapped_arrays(folder: Path) -> dict[str, np.ndarray] | None:
    """The memory-mapped arrays of a bank, whole or not; None where they are not of the shape that was recorded."""
    try:
        shapes = _layout(folder)["shapes"]
        arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in shapes}
    except (OSError, ValueError, KeyError):
        return None
    return arrays if {name: list(array.shape) for name, array in arrays.items()} == shapes else None


def _layout(folder: Path) -> dict:
    return json.loads((folder / "layout.json").read_text())
