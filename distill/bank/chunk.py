"""Chunks of a bank: rows of one view that are written together, and recorded with a digest of their bytes."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROWS = 500
"""Examples in a chunk; the last chunk of a view may have fewer."""


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """Examples `start` to below `stop` of one view."""

    view: int
    start: int
    stop: int

    @property
    def rows(self) -> slice:
        """The examples, as an index."""
        return slice(self.start, self.stop)

    def __len__(self) -> int:
        return self.stop - self.start


def chunks(views: int, examples: int) -> Iterator[Chunk]:
    """All chunks of a bank, in the order in which they are written."""
    for view in range(views):
        for start in range(0, examples, ROWS):
            yield Chunk(view=view, start=start, stop=min(start + ROWS, examples))


def record_line(arrays: Mapping[str, np.ndarray], chunk: Chunk) -> str:
    """The line of `chunks.jsonl` that vouches for a chunk."""
    return json.dumps({"view": chunk.view, "start": chunk.start, "sha256": _digest(arrays, chunk)}) + "\n"


def intact_chunks(folder: Path, arrays: Mapping[str, np.ndarray]) -> set[Chunk]:
    """The chunks of a bank whose bytes still have the digest that was recorded."""
    by_start = {(chunk.view, chunk.start): chunk for chunk in chunks(*next(iter(arrays.values())).shape[:2])}
    intact = set()
    try:
        lines = (folder / "chunks.jsonl").read_text(errors="replace").splitlines()
    except OSError:
        return intact
    for line in lines:
        try:
            record = json.loads(line)
            chunk = by_start[record["view"], record["start"]]
            if _digest(arrays, chunk) == record["sha256"]:
                intact.add(chunk)
        except (ValueError, KeyError, TypeError):
            continue
    return intact


def _digest(arrays: Mapping[str, np.ndarray], chunk: Chunk) -> str:
    digest = hashlib.sha256()
    for name in sorted(arrays):
        digest.update(np.ascontiguousarray(arrays[name][chunk.view, chunk.rows]).tobytes())
    return digest.hexdigest()
