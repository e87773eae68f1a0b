"""A folder of pictures or WAV files, a folder a class, with or without a folder for each split above."""

import functools
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from experiments.data.sources.class_names import MOST_CLASSES, in_order, unambiguous
from experiments.data.sources.items import Items, Kind, Source
from experiments.data.sources.split_folders import folders_in, split_folders
from experiments.errors import UserError

ENDINGS: Mapping[Kind, frozenset[str]] = {
    "image": frozenset({".jpg", ".jpeg", ".jfif", ".png", ".bmp", ".gif", ".webp", ".tif", ".tiff"}),
    "audio": frozenset({".wav"}),
}
"""Of the files of each kind."""
_SHOWN = 10
"""Endings that are named."""


def open_folder(root: Path) -> Source:
    """The data set of a folder.

    Hidden files and folders are passed over, and so are files of other kinds, in a note.

    Raises:
        UserError: no folder for each class, one class, an empty class, or pictures beside sound.
    """
    by_split = split_folders(root)
    names = sorted({folder.name for split in by_split.values() for folder in folders_in(split)}, key=in_order)
    inner = by_split["train"] / names[0]
    if len(names) == 1 and folders_in(inner):
        raise UserError(f"{root} has one folder alone, {inner.name}, which has folders itself: give {inner} instead")
    if not 2 <= len(names) <= MOST_CLASSES:
        raise UserError(
            f"{root} has {len(names):,} folders of classes ({', '.join(names[:5])}): there must be from 2 to "
            f"{MOST_CLASSES:,}, a folder each"
        )
    below = {split: [_visible(folder / name) for name in names] for split, folder in by_split.items()}
    files = {split: [_readable(paths) for paths in by_class] for split, by_class in below.items()}
    kind = _kind(root, [path for by_class in files.values() for paths in by_class for path in paths])
    empty = [name for name, paths in zip(names, files["train"]) if not paths]
    if empty:
        raise UserError(
            f"{by_split['train']} has no {'pictures' if kind == 'image' else 'WAV files'} of the class "
            f"{', '.join(empty[:5])}: put some there, or remove the folder"
        )
    return Source(
        name=str(root),
        kind=kind,
        classes=unambiguous(names),
        splits={str(split): functools.partial(_items, by_class) for split, by_class in files.items()},
        published=False,
        notes=_passed_over([path for by_class in below.values() for paths in by_class for path in paths]),
    )


def _visible(folder: Path) -> list[Path]:
    """The files at any depth of a folder, in order, without hidden ones; a link to nowhere is a damaged one."""
    return sorted(
        path
        for path in folder.rglob("*")
        if not any(part.startswith((".", "__")) for part in path.relative_to(folder).parts)
        and (path.is_file() or (path.is_symlink() and not path.exists()))
    )


def files_below(folder: Path, endings: frozenset[str]) -> list[Path]:
    """The files with one of these endings at any depth, in order; hidden ones are passed over."""
    return [path for path in _visible(folder) if path.suffix.lower() in endings]


def _readable(paths: list[Path]) -> list[Path]:
    endings = frozenset().union(*ENDINGS.values())
    return [path for path in paths if path.suffix.lower() in endings]


def _passed_over(paths: list[Path]) -> tuple[str, ...]:
    """A note on the files of other kinds, by their endings."""
    counts = Counter(path.suffix.lower() or path.name for path in set(paths).difference(_readable(paths)))
    named = ", ".join(f"{count:,} {ending}" for ending, count in sorted(counts.items())[:_SHOWN])
    return (f"{counts.total():,} files of other kinds are passed over ({named})",) if counts else ()


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
