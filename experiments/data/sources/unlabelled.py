"""Examples without labels: a folder at any depth, a .npz of pictures alone, a table or a file of texts."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from distill.examples import UNLABELLED
from experiments.data.sources.arrays import pictures_alone
from experiments.data.sources.folder import ENDINGS, files_below
from experiments.data.sources.items import Items, Source
from experiments.data.sources.rows import TABLES, rows_of, text_column, text_of
from experiments.data.sources.table import LABELS, SPLIT
from experiments.errors import UserError

_TAKEN = {
    "image": "a folder of pictures, at any depth, or a .npz of pictures",
    "audio": "a folder of WAV files, at any depth",
    "text": "a .csv or .tsv with a column of texts, or a .txt with a text on each line",
}


def open_unlabelled(place: str, source: Source) -> Items:
    """The examples of a file or folder, of the kind that a data set has. Folders and labels in it say nothing.

    Raises:
        UserError: it is not there, of another kind, or empty.
    """
    path = Path(place).expanduser()
    if path.is_dir() and source.kind in ENDINGS:
        return _items_of_folder(path, source)
    if path.is_file() and path.suffix == ".npz" and source.kind == "image":
        name, pixels = pictures_alone(path)
        names = [f"{path}, {name}[{number}]" for number in range(len(pixels))]
        return Items(names=names, labels=_no_labels(len(pixels)), content=pixels.__getitem__)
    if path.is_file() and path.suffix.lower() in (*TABLES, ".txt") and source.kind == "text":
        texts, lines = _texts(path)
        names = [f"{path}, line {line}" for line in lines]
        return Items(names=names, labels=_no_labels(len(texts)), content=lambda number: texts[number].encode())
    here = "" if path.exists() else ", which is not there"
    raise UserError(f"data.unlabelled is {place}{here}: beside {source.name} it must be {_TAKEN[source.kind]}")


def with_items_behind(source: Source, items: Items) -> Source:
    """A source whose train split has unlabelled examples behind its own."""

    def train() -> Items:
        first = source.splits["train"]()
        count = len(first)
        return Items(
            names=[*first.names, *items.names],
            labels=np.concatenate([first.labels, items.labels]),
            content=lambda number: first.content(number) if number < count else items.content(number - count),
        )

    return replace(source, splits={**source.splits, "train": train})


def _items_of_folder(path: Path, source: Source) -> Items:
    endings = ENDINGS[source.kind]
    files = files_below(path, endings)
    if not files:
        raise UserError(f"data.unlabelled is {path}, which has no file that ends in {', '.join(sorted(endings))}")
    return Items(
        names=[str(file) for file in files],
        labels=_no_labels(len(files)),
        content=lambda number: files[number].read_bytes(),
    )


def _texts(path: Path) -> tuple[list[str], list[int]]:
    """The texts of a table or a .txt, and the line of each."""
    if path.suffix.lower() == ".txt":
        lines = [(text.strip(), line) for line, text in enumerate(text_of(path).split("\n"), 1)]
    else:
        names, rows = rows_of(path)
        column = text_column(path, names, [name for name in names if name.strip().lower() not in (*LABELS, *SPLIT)])
        lines = [((row[column] or "").strip(), line) for row, line in rows]
    lines = [(text, line) for text, line in lines if text]
    if not lines:
        raise UserError(f"data.unlabelled is {path}, which has no text")
    return [text for text, _ in lines], [line for _, line in lines]


def _no_labels(count: int) -> np.ndarray:
    return np.full(count, UNLABELLED, np.int64)
