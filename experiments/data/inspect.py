"""A look at a data set before anything starts: counts, sizes, duplicates, damaged files, some examples."""

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from deploy.bundle.preprocessing import Text
from experiments.data.decode import Decoder, Readable, decoded
from experiments.data.decoder_of import decoder_of
from experiments.data.report import DataReport, SplitReport, UnlabelledReport
from experiments.data.settings import Data
from experiments.data.sheet import write_sheet
from experiments.data.sources.items import SPLITS, Items, Source
from experiments.data.sources.open import open_source
from experiments.data.sources.unlabelled import open_unlabelled
from experiments.data.split import grouped
from experiments.data.unlabelled import repeated

_SAMPLES, _SHOWN = 2, 100
"""Texts of each class, and characters of a text."""


def inspect(data: Data, sheet: Path) -> DataReport:
    """Look at every example of a data set, and write a sheet of some pictures of each class.

    Raises:
        UserError: it cannot be opened.
    """
    source = open_source(data)
    decoder = decoder_of(source, data)
    unlabelled = None if data.unlabelled is None else open_unlabelled(data.unlabelled, source)
    is_text, texts = isinstance(decoder.rendering, Text), ()
    train_digests: np.ndarray = np.array([])
    splits, labelled = {}, []
    for split in sorted(source.splits, key=tuple(SPLITS).index):
        items = source.splits[split]()
        readable = decoder.readable(items)
        pixels = readable.pixels
        digests = readable.digests
        labelled.append(replace(readable, pixels=pixels[:0]))
        if split == "train":
            train_digests = digests
            if is_text:
                texts = _texts(items, len(source.classes))
            else:
                write_sheet(sheet, pixels, items.labels[readable.whole], source.classes)
        splits[split] = SplitReport(
            examples=len(items),
            by_class=tuple(np.bincount(items.labels, minlength=len(source.classes)).tolist()),
            damaged=readable.damaged,
            duplicates=grouped(readable.small, digests).duplicates,
            in_train=0 if split == "train" else int(np.isin(digests, train_digests).sum()),
        )
    return DataReport(
        name=source.name,
        kind=source.kind,
        classes=source.classes,
        sizes=_sizes(source),
        shape=decoder.shape,
        splits=splits,
        sheet=None if is_text else str(sheet),
        texts=texts,
        notes=source.notes,
        unlabelled=None if unlabelled is None else _unlabelled(unlabelled, decoder, labelled),
    )


def _unlabelled(items: Items, decoder: Decoder, labelled: Sequence[Readable]) -> UnlabelledReport:
    readable = decoder.readable(items, keep=False)
    return UnlabelledReport(
        examples=len(items),
        damaged=readable.damaged,
        duplicates=grouped(readable.small, readable.digests).duplicates,
        labelled=int(np.count_nonzero(repeated(readable, labelled))),
    )


def _sizes(source: Source) -> tuple[tuple[int, int], ...]:
    if source.kind != "image":
        return ()
    sizes = sorted(_sizes_of(source.splits["train"]()), key=lambda size: size[0] * size[1])
    return (sizes[0], sizes[len(sizes) // 2], sizes[-1])


def _sizes_of(items: Items) -> Sequence[tuple[int, int]]:
    sizes = []
    for number in range(len(items)):
        try:
            content = items.content(number)
            if isinstance(content, np.ndarray):
                sizes.append(content.shape[:2])
                continue
            with Image.open(io.BytesIO(content)) as picture:
                sizes.append((picture.height, picture.width))
        except Exception:
            # Damaged files, of which Pillow raises errors of many kinds, are named by the decoder.
            continue
    return sizes


def _texts(items: Items, classes: int) -> tuple[tuple[str, ...], ...]:
    """The beginnings of some texts of each class, the same each time."""
    chosen = (np.random.default_rng(0).permutation(np.flatnonzero(items.labels == number)) for number in range(classes))
    return tuple(
        tuple(" ".join(decoded(items.content(int(place))).split())[:_SHOWN] for place in places[:_SAMPLES])
        for places in chosen
    )
