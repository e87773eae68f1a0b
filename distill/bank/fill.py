"""Filling a teacher bank: the teacher runs once over every view of every training example."""

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import filelock
import numpy as np
import tensorflow as tf

from distill.bank.address import BankPlace
from distill.bank.chunk import Chunk, chunks, intact_chunks, record_line
from distill.bank.format import encode
from distill.bank.teacher_bank import TeacherBank, open_bank
from distill.errors import DistillError
from distill.examples import Examples
from distill.views.augmentation import Views
from distill.views.render import renderer

Outputs = Callable[[tf.Tensor, np.ndarray], dict[str, np.ndarray]]
"""A teacher: from scaled pixels (batch, height, width, channels) and the examples' numbers (batch,), which most
teachers ignore, to "logits" (batch, classes) and features by name."""


class TeacherFailed(DistillError, RuntimeError):
    """An output of the teacher is NaN or infinite; the message says for which examples."""


def fill_bank(
    place: BankPlace,
    teacher: Outputs,
    examples: Examples,
    views: Views,
    *,
    top_k: int,
    on_start: Callable[[int, float], None] = lambda size_bytes, seconds: None,
    on_chunk: Callable[[int, int], None] = lambda done, total: None,
) -> TeacherBank:
    """Run the teacher over every view and store its outputs; undamaged chunks on disk are not written again.

    After a kill the next call resumes. Other processes that want the same bank wait for it.

    Args:
        top_k: number of the largest logits that are stored of each view, with the mass of the rest; all logits are
            stored where the classes are no more.
        on_start: called before anything is written, with the bank's bytes and the seconds that the rest will take.
        on_chunk: called with rows done and rows in all.

    Raises:
        TeacherFailed: an output is NaN or infinite; nothing of its chunk is stored.
    """
    place.banks.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(place.lock):
        if (bank := open_bank(place)) is not None:
            return bank
        render = renderer(examples, views)

        def outputs(chunk: Chunk) -> dict[str, np.ndarray]:
            numbers = tf.range(chunk.start, chunk.stop)
            pixels, _ = render(numbers, tf.fill(tf.shape(numbers), chunk.view))
            return encode(_finite(teacher(pixels, numbers.numpy()), chunk), top_k)

        sample = Chunk(view=0, start=0, stop=min(100, len(examples)))
        first = outputs(sample)
        started = time.monotonic()
        outputs(sample)
        seconds_per_row = (time.monotonic() - started) / len(sample)

        arrays = _writable_arrays(place.folder, first, views.count, examples)
        intact = intact_chunks(place.folder, arrays)
        missing = [chunk for chunk in chunks(views.count, len(examples)) if chunk not in intact]
        rows_left, total = sum(map(len, missing)), views.count * len(examples)
        done = total - rows_left
        on_start(sum(array.nbytes for array in arrays.values()), rows_left * seconds_per_row)
        with (place.folder / "chunks.jsonl").open("a") as record:
            record.write("\n")  # Ends a line that a kill may have torn.
            for chunk in missing:
                rows = outputs(chunk)
                for name, array in arrays.items():
                    array[chunk.view, chunk.rows] = rows[name]
                    array.flush()
                record.write(record_line(arrays, chunk))
                record.flush()
                done += len(chunk)
                on_chunk(done, total)
        bank = open_bank(place)
        assert bank is not None
        return bank


def _finite(outputs: dict[str, np.ndarray], chunk: Chunk) -> dict[str, np.ndarray]:
    """Outputs as float32; raises `TeacherFailed` where one is NaN or infinite."""
    arrays = {name: np.asarray(array, np.float32) for name, array in outputs.items()}
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            raise TeacherFailed(
                f"the teacher's {name} for view {chunk.view} of the training examples {chunk.start} to "
                f"{chunk.stop - 1} are not all finite numbers; look at its weights and its input range"
            )
    return arrays


def _writable_arrays(
    folder: Path, first: dict[str, np.ndarray], views: int, examples: Examples
) -> dict[str, np.memmap]:
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
