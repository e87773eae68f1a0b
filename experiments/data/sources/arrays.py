"""A file of NumPy arrays (.npz): pictures and their labels, by the names that people give them."""

import functools
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from experiments.data.sources.class_names import MOST_CLASSES, unambiguous
from experiments.data.sources.items import Items, Source, split_name
from experiments.errors import UserError

_PICTURES = ("x", "images", "image", "pixels", "data", "features")
_MOST = 2**53
"""Whole numbers that floats hold exactly."""
_DARKEST = 32
"""The brightest pixel of pictures is no darker, unless they are of another range than 0 to 255."""
_LABELS = ("y", "labels", "label", "targets", "target", "classes")


def open_arrays(path: Path) -> Source:
    """The data set of a .npz: arrays such as `x_train`, `y_train`, `x_test`, `y_test`, or `images` and `labels`.

    Pictures are (examples, height, width) or (examples, height, width, 1 or 3), from 0 to 255 or from 0
    to 1. Labels are whole numbers, texts, or one-hot rows.

    Raises:
        UserError: it is damaged, holds objects, or its arrays are no pictures with labels.
    """
    arrays = _read(path)
    pairs = {split: pair for split in ("train", "validation", "test") if (pair := _pair(arrays, split))}
    if "train" not in pairs:
        raise UserError(
            f"{path} has the arrays {', '.join(arrays) or 'none'}; there must be pictures and labels, such as x_train "
            "and y_train (and x_test and y_test), or images and labels"
        )
    labels = {split: _labels(path, arrays[names[1]], names[1]) for split, names in pairs.items()}
    values = sorted(set(np.concatenate([np.unique(column) for column in labels.values()]).tolist()))
    if not 2 <= len(values) <= MOST_CLASSES:
        raise UserError(f"{path} has {len(values):,} classes: there must be from 2 to {MOST_CLASSES:,}")
    splits = {}
    for split, (pictures, named) in pairs.items():
        pixels = _pixels(path, arrays[pictures], pictures)
        if len(pixels) != len(labels[split]):
            raise UserError(f"{path} has {len(pixels):,} pictures in {pictures} and {len(labels[split]):,} in {named}")
        items = Items(
            names=[f"{path}, {pictures}[{number}]" for number in range(len(pixels))],
            labels=np.searchsorted(values, labels[split]).astype(np.int64),
            content=pixels.__getitem__,
        )
        splits[split] = functools.partial(lambda items: items, items)
    return Source(name=str(path), kind="image", classes=unambiguous(values), splits=splits, published=False)


def pictures_alone(path: Path) -> tuple[str, np.ndarray]:
    """Name and pixels of the pictures of a .npz, whose other arrays are passed over: its only array, or its only one
    that is named as pictures are. Raises `UserError`."""
    arrays = _read(path)
    named = [name for name in arrays if set(name.lower().split("_")) & set(_PICTURES)]
    names = list(arrays) if len(arrays) == 1 else named
    if len(names) != 1:
        raise UserError(
            f"{path} has the arrays {', '.join(arrays) or 'none'}; there must be one of pictures, called images"
        )
    return names[0], _pixels(path, arrays[names[0]], names[0])


def _read(path: Path) -> Mapping[str, np.ndarray]:
    try:
        archive = np.load(path, allow_pickle=False)
        if not isinstance(archive, np.lib.npyio.NpzFile):
            raise ValueError("one array without a name, as of numpy.save")
        with archive:
            return {name: archive[name] for name in archive.files}
    except (OSError, ValueError, zipfile.BadZipFile, EOFError) as error:
        raise UserError(
            f"{path} cannot be read as a .npz of plain arrays ({type(error).__name__}: {str(error)[:200]}); write it "
            "with numpy.savez, without objects"
        ) from error


def _pair(arrays: Mapping[str, np.ndarray], split: str) -> tuple[str, str] | None:
    """The names of a split's pictures and labels; without the name of a split they are the train split's."""

    def named(parts: tuple[str, ...]) -> str | None:
        for name in arrays:
            words = name.lower().split("_")
            here = [split_name(word) for word in words if split_name(word)]
            if set(words) & set(parts) and (here == [split] or (not here and split == "train")):
                return name
        return None

    pictures, labels = named(_PICTURES), named(_LABELS)
    return None if pictures is None or labels is None else (pictures, labels)


def _labels(path: Path, array: np.ndarray, name: str) -> np.ndarray:
    if array.ndim == 2 and array.shape[1] > 1 and np.all(array.sum(axis=1) == 1) and set(np.unique(array)) <= {0, 1}:
        return array.argmax(axis=1)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1 or array.dtype.kind not in "iubUf" or (array.dtype.kind == "f" and np.any(array % 1)):
        raise UserError(
            f"{name} of {path} is {array.dtype} of shape {array.shape}: labels are whole numbers, texts, or one-hot "
            "rows"
        )
    if array.dtype.kind in "iuf" and len(array) and not 0 <= array.min() <= array.max() < _MOST:
        wrong = array.min() if array.min() < 0 else array.max()
        raise UserError(f"{name} of {path} has the label {wrong:g}: labels that are numbers start at 0, below 2**53")
    return array if array.dtype.kind == "U" else array.astype(np.int64)


def _pixels(path: Path, array: np.ndarray, name: str) -> np.ndarray:
    if array.ndim == 3:
        array = array[..., None]
    if array.ndim != 4 or array.shape[-1] not in (1, 3) or array.dtype.kind not in "buif" or not array.size:
        raise UserError(
            f"{name} of {path} is {array.dtype} of shape {array.shape}: pictures are (examples, height, width) or "
            "(examples, height, width, 1 or 3), in numbers"
        )
    low, high = float(array.min()), float(array.max())
    if not (0 <= low <= high <= 1 or (low >= 0 and _DARKEST <= high <= 255)):
        raise UserError(
            f"{name} of {path} runs from {low:g} to {high:g}: pixels are from 0 to 255, or from 0 to 1; scale them"
        )
    if high <= 1:
        return np.round(array * 255.0).astype(np.uint8)
    return array if array.dtype == np.uint8 else np.round(array).astype(np.uint8)
