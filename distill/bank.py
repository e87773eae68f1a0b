"""The teacher bank: what the teacher says of every view of every training example, computed once."""

import hashlib
import json
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import filelock
import numpy as np
import tensorflow as tf

from distill.bank_format import decoded, encoded
from distill.examples import Examples
from distill.views.augmentation import Views
from distill.views.render import renderer

Outputs = Callable[[tf.Tensor, np.ndarray], dict[str, np.ndarray]]
"""A teacher: from scaled pixels (batch, height, width, channels) and the examples' numbers (batch,), which most
teachers ignore, to "logits" (batch, classes) and features by name."""

_CHUNK = 500


class TeacherFailed(RuntimeError):
    """The teacher gave something that is no number; the message says for which examples."""


@dataclass(frozen=True, kw_only=True, eq=False)
class TeacherBank:
    """One teacher's outputs for all views of one training set."""

    address: str
    """Digest of data, augmentation, views, seed, teacher and what is kept: a change of any changes the address."""
    classes: int
    arrays: dict[str, np.ndarray]
    """By name, of shape (views, examples, ...): float16 and memory-mapped, as `bank_format` writes them."""

    def read(self, views: np.ndarray, numbers: np.ndarray) -> dict[str, np.ndarray]:
        """Outputs for views of examples, both of shape (batch,): float32 "logits" (batch, classes), and features."""
        return decoded({name: array[views, numbers] for name, array in self.arrays.items()}, self.classes)

    @property
    def size_bytes(self) -> int:
        """Bytes of all arrays."""
        return sum(array.nbytes for array in self.arrays.values())


def bank_address(
    *,
    data_digest: str,
    teacher_digest: str,
    views: Views,
    top_k: int,
    features: tuple[str, ...] = (),
) -> str:
    """The address under which the bank of these ingredients is kept."""
    parts = dict(
        data=data_digest,
        teacher=teacher_digest,
        augmentation=asdict(views.augmentation),
        views=views.count,
        seed=views.seed,
        top_k=top_k,
        features=sorted(features),
    )
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def fill_bank(
    folder: Path,
    address: str,
    teacher: Outputs,
    examples: Examples,
    views: Views,
    *,
    top_k: int,
    on_start: Callable[[int, float], None] = lambda size_bytes, seconds: None,
    on_chunk: Callable[[int, int], None] = lambda done, total: None,
) -> TeacherBank:
    """Run the teacher over every view and keep its outputs; chunks that are there undamaged are not written again.

    Killed half-way, the next call goes on. Other processes that want the same bank wait for it.

    Args:
        folder: where banks are kept; this one becomes the folder ADDRESS in it.
        top_k: the largest logits that are kept of each view, with the mass of the rest; all, where there are no more.
        on_start: called before anything is written, with the bank's bytes and the seconds that the rest will take.
        on_chunk: called with rows done and rows in all.

    Raises:
        TeacherFailed: an output is NaN or infinite; nothing of its chunk is kept.
    """
    place = folder / address
    folder.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(folder / f"{address}.lock"):
        if (found := open_bank(folder, address)) is not None:
            return found
        render = renderer(examples, views)

        def outputs(view: int, rows: slice) -> dict[str, np.ndarray]:
            numbers = tf.range(rows.start, rows.stop)
            pixels, _ = render(numbers, tf.fill(tf.shape(numbers), view))
            given = {name: np.asarray(array, np.float32) for name, array in teacher(pixels, numbers.numpy()).items()}
            for name, array in given.items():
                if not np.isfinite(array).all():
                    raise TeacherFailed(
                        f"the teacher's {name} for view {view} of the training examples {rows.start} to "
                        f"{rows.stop - 1} are not all finite numbers; look at its weights and its input range"
                    )
            return encoded(given, top_k)

        sample = slice(0, min(100, len(examples)))
        first = outputs(0, sample)
        started = time.monotonic()
        outputs(0, sample)
        seconds_per_row = (time.monotonic() - started) / sample.stop

        arrays = _opened(place, first, views.count, len(examples), examples.classes)
        kept = _intact_chunks(place, arrays)
        wanted = [
            (view, slice(start, min(start + _CHUNK, len(examples))))
            for view in range(views.count)
            for start in range(0, len(examples), _CHUNK)
        ]
        missing = [(view, rows) for view, rows in wanted if (view, rows.start) not in kept]
        rows_left = sum(rows.stop - rows.start for _, rows in missing)
        total = views.count * len(examples)
        done = total - rows_left
        on_start(sum(array.nbytes for array in arrays.values()), rows_left * seconds_per_row)
        with (place / "chunks.jsonl").open("a") as record:
            record.write("\n")  # Ends a line that a kill may have torn.
            for view, rows in missing:
                chunk = outputs(view, rows)
                for name, array in arrays.items():
                    array[view, rows] = chunk[name]
                    array.flush()
                line = {"view": view, "start": rows.start, "sha256": _digest(arrays, view, rows)}
                record.write(json.dumps(line) + "\n")
                record.flush()
                done += rows.stop - rows.start
                on_chunk(done, total)
        bank = open_bank(folder, address)
        assert bank is not None
        return bank


def open_bank(folder: Path, address: str) -> TeacherBank | None:
    """The bank at an address; None where there is none, or a chunk is missing or damaged."""
    place = folder / address
    try:
        layout = json.loads((place / "layout.json").read_text())
        arrays = {name: np.load(place / f"{name}.npy", mmap_mode="r") for name in layout["shapes"]}
    except (OSError, ValueError, KeyError):
        return None
    if {name: list(array.shape) for name, array in arrays.items()} != layout["shapes"]:
        return None
    views, examples = next(iter(arrays.values())).shape[:2]
    if len(_intact_chunks(place, arrays)) < views * -(-examples // _CHUNK):
        return None
    return TeacherBank(address=address, classes=layout["classes"], arrays=arrays)


def _opened(place: Path, first: dict[str, np.ndarray], views: int, examples: int, classes: int) -> dict:
    """The bank's arrays, writable: those on disk where they have the right shape, else new ones."""
    shapes = {name: [views, examples, *array.shape[1:]] for name, array in first.items()}
    try:
        arrays = {name: np.load(place / f"{name}.npy", mmap_mode="r+") for name in shapes}
        if {name: list(array.shape) for name, array in arrays.items()} == shapes:
            (place / "layout.json").write_text(json.dumps({"classes": classes, "shapes": shapes}))
            return arrays
    except (OSError, ValueError):
        pass
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    (place / "layout.json").write_text(json.dumps({"classes": classes, "shapes": shapes}))
    return {
        name: np.lib.format.open_memmap(place / f"{name}.npy", mode="w+", dtype=first[name].dtype, shape=tuple(shape))
        for name, shape in shapes.items()
    }


def _intact_chunks(place: Path, arrays: dict[str, np.ndarray]) -> set[tuple[int, int]]:
    """View and first row of each chunk whose bytes still have the digest that was recorded."""
    intact = set()
    try:
        lines = (place / "chunks.jsonl").read_text(errors="replace").splitlines()
    except OSError:
        return intact
    for line in lines:
        try:
            record = json.loads(line)
            view, start, digest = record["view"], record["start"], record["sha256"]
            if _digest(arrays, view, slice(start, start + _CHUNK)) == digest:
                intact.add((view, start))
        except (ValueError, KeyError, TypeError, IndexError):
            continue
    return intact


def _digest(arrays: dict[str, np.ndarray], view: int, rows: slice) -> str:
    digest = hashlib.sha256()
    for name in sorted(arrays):
        digest.update(np.ascontiguousarray(arrays[name][view, rows]).tobytes())
    return digest.hexdigest()
