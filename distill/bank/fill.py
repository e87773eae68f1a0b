"""Filling a teacher bank: the teacher runs once over every view of every training example."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import filelock
import numpy as np
import tensorflow as tf

from distill.bank.address import BankPlace
from distill.bank.chunk import Chunk, chunks, intact_chunks
from distill.bank.format import encode
from distill.bank.speed import TeacherSpeed, measured_speed
from distill.bank.teacher_bank import TeacherBank, open_bank
from distill.bank.writing import copy_chunks, store, writable_arrays
from distill.errors import DistillError
from distill.examples import Examples
from distill.views.augmentation import Views
from distill.views.render import renderer

Outputs = Callable[[tf.Tensor, np.ndarray], dict[str, np.ndarray]]
"""A teacher: from scaled pixels (batch, height, width, channels) and the examples' numbers (batch,), which most
teachers ignore, to "logits" (batch, classes) and features by name."""


_SAME = 0.01
"""Difference of logits, as a share of the largest, that is rounding."""


class TeacherFailed(DistillError, RuntimeError):
    """An output of the teacher is NaN or infinite; the message says for which examples."""


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

        def outputs(chunk: Chunk) -> dict[str, np.ndarray]:
            numbers = tf.range(chunk.start, chunk.stop)
            pixels, _ = render(numbers, tf.fill(tf.shape(numbers), chunk.view))
            return _finite(teacher(pixels, numbers.numpy()), chunk)

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
            speed = measured_speed(lambda: outputs(sample), rows=len(sample), rows_left=asked)
            size_bytes = sum(array.nbytes for array in arrays.values())
            on_start(Filling(size_bytes=size_bytes, seconds=asked / speed.rows_per_s, speed=speed, mirrored=mirrored))
            done = total - sum(map(len, missing))
            if copied:
                on_chunk(done, total)
            with speed.computing():
                for chunk in missing:
                    if mirrored and chunk.view % 2 and chunk.start == 0:
                        pair = [outputs(replace(sample, view=chunk.view - side)) for side in (0, 1)]
                        mirrored = says_the_same(*pair)
                    if mirrored and chunk.view % 2:
                        rows = {name: array[chunk.view - 1, chunk.rows] for name, array in arrays.items()}
                    else:
                        rows = encode(outputs(chunk), top_k)
                    store(arrays, chunk, rows, record)
                    done += len(chunk)
                    on_chunk(done, total)
        bank = open_bank(place)
        assert bank is not None
        return bank


def says_the_same(view: dict[str, np.ndarray], mirror: dict[str, np.ndarray]) -> bool:
    """Whether a teacher's outputs for views and for their mirror images are equal; features are maps, and never are."""
    if set(view) != {"logits"}:
        return False
    return bool(np.abs(view["logits"] - mirror["logits"]).max() <= _SAME * np.abs(view["logits"]).max())


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
