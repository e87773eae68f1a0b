"""Writing a bank's files: arrays of the right shape, and chunks with their records."""

import json
import shutil
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import TextIO

import numpy as np

from distill.bank.address import BankPlace
from distill.bank.chunk import Chunk, intact_chunks, record_line
from distill.bank.teacher_bank import mapped_arrays
from distill.examples import Examples


def store(arrays: Mapping[str, np.memmap], chunk: Chunk, rows: Mapping[str, np.ndarray], record: TextIO) -> None:
    """Write the encoded rows of a chunk, then the line that vouches for them."""
    for name, array in arrays.items():
        array[chunk.view, chunk.rows] = rows[name]
        array.flush()
    record.write(record_line(arrays, chunk))
    record.flush()


def copy_chunks(
    places: Iterable[BankPlace], arrays: Mapping[str, np.memmap], wanted: Collection[Chunk], record: TextIO
) -> set[Chunk]:
    """Copy chunks from other banks that have them undamaged; returns those that were copied."""
    copied: set[Chunk] = set()
    for place in places:
        have = mapped_arrays(place.folder)
        if have is None or {name: array.shape[1:] for name, array in have.items()} != {
            name: array.shape[1:] for name, array in arrays.items()
        }:
            continue
        for chunk in sorted(intact_chunks(place.folder, have) & (set(wanted) - copied), key=_order):
            store(arrays, chunk, {name: array[chunk.view, chunk.rows] for name, array in have.items()}, record)
            copied.add(chunk)
    return copied


def _order(chunk: Chunk) -> tuple[int, int]:
    return chunk.view, chunk.start


def writable_arrays(folder: Path, first: dict[str, np.ndarray], views: int, examples: Examples) -> dict[str, np.memmap]:
    """The bank's memory-mapped arrays: those on disk where they have the right shape, else new ones."""
    shapes = {name: [views, len(examples), *array.shape[1:]] for name, array in first.items()}
    layout = json.dumps({"classes": examples.classes, "shapes": shapes})
    try:
        arrays = {name: np.lib.format.open_memmap(folder / f"{name}.npy", mode="r+") for name in shapes}
        if {name: list(array.shape) for name, array in arrays.items()} == shapes:
            (folder / "layout.json").write_text(layout)
            return arrays
    except (OSError, ValueError):
        pass
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "layout.json").write_text(layout)
    return {
        name: np.lib.format.open_memmap(folder / f"{name}.npy", mode="w+", dtype=first[name].dtype, shape=tuple(shape))
        for name, shape in shapes.items()
    }
