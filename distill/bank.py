"""The teacher bank: the teacher's logits for every view of every training example, computed once."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import tensorflow as tf

from distill.augmentation import Augmentation
from distill.examples import Examples
from distill.views import renderer

_CHUNK = 500


@dataclass(frozen=True, kw_only=True, eq=False)
class TeacherBank:
    """Logits of one teacher for all views of one training set."""

    address: str
    """Digest of data, augmentation, views, seed and teacher: whatever changes one of them changes the address."""
    logits: np.ndarray
    """float16, shape (views, examples, classes), memory-mapped."""


def bank_address(*, data_digest: str, teacher_digest: str, augmentation: Augmentation, views: int, seed: int) -> str:
    """The address under which the bank of these ingredients is kept."""
    parts = dict(data=data_digest, teacher=teacher_digest, augmentation=asdict(augmentation), views=views, seed=seed)
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def fill_bank(
    folder: Path,
    address: str,
    teacher: Callable[[tf.Tensor], tf.Tensor],
    examples: Examples,
    augmentation: Augmentation,
    *,
    views: int,
    seed: int,
    on_chunk: Callable[[int, int], None] = lambda done, total: None,
) -> TeacherBank:
    """Run the teacher over every view once and write its logits, unless an undamaged bank is there already.

    Args:
        folder: where banks are kept; this one becomes `ADDRESS.npy` with `ADDRESS.json` beside it.
        teacher: from pixels in [-1, 1] of shape (batch, height, width, channels) to logits.
        on_chunk: called with rows done and rows in all.
    """
    found = open_bank(folder, address)
    if found is not None:
        return found
    folder.mkdir(parents=True, exist_ok=True)
    render = renderer(examples, augmentation, views=views, seed=seed)
    partial = folder / f"{address}.partial.npy"
    shape = (views, len(examples), examples.classes)
    logits = np.lib.format.open_memmap(partial, mode="w+", dtype=np.float16, shape=shape)
    for view in range(views):
        for start in range(0, len(examples), _CHUNK):
            numbers = tf.range(start, min(start + _CHUNK, len(examples)))
            chunk = teacher(render(numbers, tf.fill(tf.shape(numbers), view)))
            logits[view, start : start + _CHUNK] = np.clip(chunk, -6e4, 6e4)
            on_chunk(view * len(examples) + int(numbers[-1]) + 1, views * len(examples))
    logits.flush()
    del logits
    # The bank appears under its name only when it is whole; the checksum is written before it.
    (folder / f"{address}.json").write_text(json.dumps({"sha256": _sha256(partial), "shape": shape}))
    partial.replace(folder / f"{address}.npy")
    bank = open_bank(folder, address)
    assert bank is not None
    return bank


def open_bank(folder: Path, address: str) -> TeacherBank | None:
    """The bank at an address, or None where there is none or its checksum no longer holds."""
    data, note = folder / f"{address}.npy", folder / f"{address}.json"
    if not (data.exists() and note.exists()):
        return None
    try:
        intact = json.loads(note.read_text())["sha256"] == _sha256(data)
    except (ValueError, KeyError):
        intact = False
    return TeacherBank(address=address, logits=np.load(data, mmap_mode="r")) if intact else None


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
