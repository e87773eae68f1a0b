"""A folder of pictures or WAV files, a folder a class, with or without a folder for each split above."""

import functools
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from experiments.data.sources.class_names import MOST_CLASSES, unambiguous
from experiments.data.sources.items import Items, Kind, Source, split_name
from experiments.errors import UserError

ENDINGS: Mapping[Kind, frozenset[str]] = {
    "image": frozenset({".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp", ".tif", ".tiff"}),
    "audio": frozenset({".wav"}),
}
"""Of the files of each kind."""


def open_folder(root: Path) -> Source:
    """The data set of a folder.

    Hidden files and files of other kinds are passed over.

    Raises:
        UserError: no folder for each class, one class, an empty class, or pictures beside sound.
    """
    by_split = {split_name(folder.name): folder for folder in _folders(root)}
    if not by_split:
        raise UserError(f"{root} has no folders: a data set has one for each class, such as {root}/cat and {root}/dog")
    if None in by_split or "train" not in by_split:
        by_split = {"train": root}
    names = sorted({folder.name for split in by_split.values() for folder in _folders(split)})
    if not 2 <= len(names) <= MOST_CLASSES:
        raise UserError(
            f"{root} has {len(names):,} folders of classes ({', '.join(names[:5])}): there must be from 2 to "
            f"{MOST_CLASSES:,}, a folder each"
        )
    files = {split: _files(folder, names) for split, folder in by_split.items()}
    kind = _kind(root, [path for by_class in files.values() for paths in by_class for path in paths])
    empty = [name for name, paths in zip(names, files["train"]) if not paths]
    if empty:
        raise UserError(
            f"{root} has no {'pictures' if kind == 'image' else 'WAV files'} of the class "
            f"{', '.join(empty[:5])}: put some there, or remove the folder"
        )
    return Source(
        name=str(root),
        kind=kind,
        classes=unambiguous(names),
        splits={str(split): functools.partial(_items, by_class) for split, by_class in files.items()},
        published=False,
    )


def _folders(root: Path) -> list[Path]:
    return sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith((".", "__")))


def _files(root: Path, names: list[str]) -> list[list[Path]]:
    """The files of each class, folders inside it included."""
    endings = frozenset().union(*ENDINGS.values())
    return [files_below(root / name, endings) for name in names]


def files_below(folder: Path, endings: frozenset[str]) -> list[Path]:
    """The files with one of these endings at any depth, in order; hidden ones are passed over."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in endings and not path.name.startswith(".") and path.is_file()
    )


def _kind(root: Path, paths: list[Path]) -> Kind:
    counts = {kind: sum(path.suffix.lower() in endings for path in paths) for kind, endings in ENDINGS.items()}
    if all(counts.values()):
        raise UserError(
            f"{root} has {counts['image']:,} pictures and {counts['audio']:,} WAV files: a data set has one kind"
        )
    if not any(counts.values()):
        known = ", ".join(sorted(frozenset().union(*ENDINGS.values())))
        raise UserError(f"{root} has folders, and in them no file that ends in {known}")
    return "image" if counts["image"] else "audio"


def _items(by_class: list[list[Path]]) -> Items:
    paths = [path for paths in by_class for path in paths]
    return Items(
        names=[str(path) for path in paths],
        labels=np.repeat(np.arange(len(by_class)), [len(paths) for paths in by_class]).astype(np.int64),
        content=lambda number: paths[number].read_bytes(),
    )
