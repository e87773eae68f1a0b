"""Filling a teacher bank: the teacher runs once over every view of every training example."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import filelock
import numpy as np
import tensorflow as tf

from distill.bank.address import BankPlace
from distill.bank.chunk import Chunk, chunks, intact_chunks
from distill.bank.format import encode
from distill.bank.outputs import Outputs, finite, says_the_same
from distill.bank.speed import Converted, TeacherSpeed, measured_speed
from distill.bank.teacher_bank import TeacherBank, open_bank
from distill.bank.writing import copy_chunks, store, writable_arrays
from distill.examples import Examples
from distill.views.augmentation import Views
from distill.views.render import renderer


@dataclass(frozen=True, kw_only=True)
class Filling:
    """A bank that is about to be filled."""

    size_bytes: int
    """Of the whole bank."""
    seconds: float
    """That the rest will take."""
    speed: TeacherSpeed
    mirrored: bool
    """The teacher is asked about one view of each mirrored pair."""


def fill_bank(
    place: BankPlace,
    teacher: Outputs,
    examples: Examples,
    views: Views,
    *,
    top_k: int,
    relatives: Sequence[BankPlace] = (),
    int8: Converted = lambda: None,
    on_size: Callable[[int], None] = lambda size_bytes: None,
    on_start: Callable[[Filling], None] = lambda filling: None,
    on_chunk: Callable[[int, int], None] = lambda done, total: None,
) -> TeacherBank:
    """Run the teacher over every view and store its outputs; undamaged chunks on disk are not written again.

    After a kill the next call resumes. Other processes that want the same bank wait for it.

    Args:
        top_k: number of the largest logits that are stored of each view, with the mass of the rest; all logits are
            stored where the classes are no more.
        relatives: places of banks that differ in the number of views alone, the most views first. One that is whole
            and has more views is taken as it is; from others the views that they have are copied.
        int8: makes an int8 copy of the teacher, for a bank that takes long to fill.
        on_size: called with the bank's bytes before anything is written; an error of it ends the filling.
        on_start: called before the teacher is asked about views that are missing.
        on_chunk: called with rows done and rows in all.

    Raises:
        TeacherFailed: an output is NaN or infinite; nothing of its chunk is stored.
    """
    place.banks.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(place.lock):
        for whole in (place, *relatives):
            bank = open_bank(whole)
            if bank is not None and bank.views >= views.count:
                return bank
        render = renderer(examples, views)

        def seen(chunk: Chunk) -> tuple[tf.Tensor, np.ndarray]:
            numbers = tf.range(chunk.start, chunk.stop)
            pixels, _ = render(numbers, tf.fill(tf.shape(numbers), chunk.view))
            return pixels, numbers.numpy()

        def outputs(chunk: Chunk, teacher: Outputs = teacher) -> dict[str, np.ndarray]:
            of = f"view {chunk.view} of the training examples {chunk.start} to {chunk.stop - 1}"
            return finite(teacher(*seen(chunk)), of)

        sample = Chunk(view=0, start=0, stop=min(100, len(examples)))
        first = encode(outputs(sample), top_k)
        on_size(sum(array[0].nbytes for array in first.values()) * views.count * len(examples))
        arrays = writable_arrays(place.folder, first, views.count, examples)
        intact = intact_chunks(place.folder, arrays)
        mirrored = views.augmentation.mirrored_pairs and says_the_same(
            outputs(sample), outputs(replace(sample, view=1))
        )
        missing = [chunk for chunk in chunks(views.count, len(examples)) if chunk not in intact]
        total = views.count * len(examples)
        with (place.folder / "chunks.jsonl").open("a") as record:
            record.write("\n")  # Ends a line that a kill may have torn.
            copied = copy_chunks(relatives, arrays, missing, record)
            missing = [chunk for chunk in missing if chunk not in copied]
            asked = sum(len(chunk) for chunk in missing if not (mirrored and chunk.view % 2))
            speed = measured_speed(teacher, *seen(sample), rows_left=asked, int8=int8)
            size_bytes = sum(array.nbytes for array in arrays.values())
            on_start(Filling(size_bytes=size_bytes, seconds=asked / speed.rows_per_s, speed=speed, mirrored=mirrored))
            done = total - sum(map(len, missing))
            if copied:
                on_chunk(done, total)
            for chunk in missing:
                if mirrored and chunk.view % 2 and chunk.start == 0:
                    # An int8 copy rounds mirror images differently; it is as symmetric as the teacher itself.
                    pair = [outputs(replace(sample, view=chunk.view - side)) for side in (0, 1)]
                    mirrored = says_the_same(*pair)
                if mirrored and chunk.view % 2:
                    rows = {name: array[chunk.view - 1, chunk.rows] for name, array in arrays.items()}
                else:
                    rows = encode(outputs(chunk, speed.outputs), top_k)
                store(arrays, chunk, rows, record)
                done += len(chunk)
                on_chunk(done, total)
        bank = open_bank(place)
        assert bank is not None
        return bank
