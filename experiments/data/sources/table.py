"""A CSV or TSV of texts and their labels."""

import functools
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from experiments.data.sources.class_names import MOST_CLASSES, in_order, unambiguous
from experiments.data.sources.items import Items, Source, split_name
from experiments.data.sources.rows import SHOWN, TABLES, another_width, listed, rows_of, text_column
from experiments.errors import UserError

LABELS = ("label", "class", "category", "intent", "target", "topic", "y")
SPLIT = ("split", "subset", "fold")
"""Usual names of the columns of classes and of splits."""


def open_table(path: Path, label: str) -> Source:
    """The data set of a table whose first line names its columns: one of texts, one of labels, and maybe one of splits.

    Args:
        path: of a .csv or .tsv in UTF-8.
        label: column that holds the class; `label` is also found under other usual names.

    Raises:
        UserError: it is no such table.
    """
    return _source(str(path), {"train": path}, label)


def open_tables(root: Path, label: str) -> Source | None:
    """The data set of a folder with a table for each split, such as train.csv and test.csv; None for other folders."""
    tables = sorted(path for path in root.iterdir() if path.suffix.lower() in TABLES)
    by_split = {split: path for path in tables if (split := split_name(path.stem))}
    return _source(str(root), by_split, label) if "train" in by_split else None


def _source(name: str, paths: Mapping[str, Path], label: str) -> Source:
    rows = {}
    for split, path in paths.items():
        for named, text, value, line in _rows(path, label):
            place = split_name(named) if named else split
            if place is None:
                raise UserError(f"{path}, line {line} is of the split {named!r}: splits are train, validation and test")
            rows.setdefault(place, []).append((text, value, f"{path}, line {line}"))
    if "train" not in rows:
        raise UserError(f"{name} has no row of the split train")
    values = sorted({value for of_split in rows.values() for _, value, _ in of_split}, key=in_order)
    if not 2 <= len(values) <= MOST_CLASSES:
        raise UserError(
            f"{name} has {len(values):,} different labels: there must be from 2 to {MOST_CLASSES:,}; name the column "
            "that holds the class with --data.label"
        )
    count = sum(map(len, rows.values()))
    if 2 * len(values) > count:
        raise UserError(
            f"{name} has {len(values):,} different labels in {count:,} rows, such as {values[0][:SHOWN]!r}: a class "
            "has several rows; name the column that holds the class with --data.label"
        )
    numbers = {value: number for number, value in enumerate(values)}
    splits = {split: functools.partial(_items, of_split, numbers) for split, of_split in rows.items()}
    return Source(name=name, kind="text", classes=unambiguous(values), splits=splits, published=False)


def _items(rows: list[tuple[str, str, str]], numbers: Mapping[str, int]) -> Items:
    return Items(
        names=[name for _, _, name in rows],
        labels=np.array([numbers[value] for _, value, _ in rows], np.int64),
        content=lambda number: rows[number][0].encode(),
    )


def _rows(path: Path, label: str) -> list[tuple[str, str, str, int]]:
    """Split (empty where no column has it), text, label and line of each row."""
    names, table = rows_of(path)
    label, text, split = _columns(path, names, label)
    rows = []
    for row, line in table:
        if not (row.get(label) or "").strip():
            raise UserError(f"{path}, line {line} has no {label}; remove it, or give it one")
        if row[text] is None:
            raise another_width(path, line, names)
        rows.append((row[split].strip() if split else "", row[text], row[label].strip(), line))
    return rows


def _columns(path: Path, names: list[str], label: str) -> tuple[str, str, str | None]:
    """The columns of labels, of texts and of splits."""
    by_name = {name.strip().lower(): name for name in reversed(names)}
    wanted = LABELS if label == "label" else (label.lower(),)
    classes = next((by_name[name] for name in wanted if name in by_name), None)
    if classes is None:
        raise UserError(
            f"{path} has the columns {listed(names)}, and none is called {label}: name the one that holds "
            "the class with --data.label; the first line must have the names"
        )
    split = next((by_name[name] for name in SPLIT if name in by_name and by_name[name] != classes), None)
    others = [name for name in names if name not in (classes, split)]
    return classes, text_column(path, names, others), split
