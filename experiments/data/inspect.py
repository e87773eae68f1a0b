"""A look at a data set before anything starts: counts, sizes, duplicates, damaged files, a sheet of its pictures."""

import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from deploy.files import atomic
from experiments.data.decoder_of import decoder_of
from experiments.data.settings import Data
from experiments.data.sources.items import SPLITS, Items, Source
from experiments.data.sources.open import open_source
from experiments.data.split import grouped

_MOST_CLASSES, _A_ROW, _TILE, _MARGIN = 40, 10, 96, 160
"""Rows of the sheet, pictures in each, side of a picture, and room for the class's name."""


@dataclass(frozen=True, kw_only=True)
class SplitReport:
    """One split of a data set."""

    examples: int
    by_class: tuple[int, ...]
    damaged: tuple[str, ...]
    """Files that cannot be decoded."""
    duplicates: int
    """Examples that are the same as an earlier one, or nearly."""
    in_train: int
    """Examples that are in train too; 0 for train itself."""


@dataclass(frozen=True, kw_only=True)
class DataReport:
    """All that is known of a data set."""

    name: str
    kind: str
    classes: tuple[str, ...]
    sizes: tuple[tuple[int, int], ...]
    """Smallest, median and largest picture by its area, (height, width); empty for sound."""
    shape: tuple[int, int, int]
    """That all are brought to."""
    splits: dict[str, SplitReport]
    sheet: str
    """Path of the sheet of pictures."""

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)


def inspect(data: Data, sheet: Path) -> DataReport:
    """Look at every example of a data set, and write a sheet of some of each class.

    Raises:
        UserError: it cannot be opened.
    """
    source = open_source(data)
    decoder = decoder_of(source, data)
    train_digests: np.ndarray = np.array([])
    splits = {}
    for split in sorted(source.splits, key=tuple(SPLITS).index):
        items = source.splits[split]()
        readable = decoder.readable(items)
        pixels = readable.pixels
        digests = readable.digests
        if split == "train":
            train_digests = digests
            _write_sheet(sheet, pixels, items.labels[readable.whole], source.classes)
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
        sheet=str(sheet),
    )


def data_text(report: DataReport) -> str:
    """The report for people."""
    noun = "pictures" if report.kind == "image" else "clips"
    lines = [f"{report.name}: {len(report.classes):,} classes of {noun}, seen as {'x'.join(map(str, report.shape))}"]
    if report.sizes and len(set(report.sizes)) > 1:
        small, median, large = (f"{height}x{width}" for height, width in report.sizes)
        lines.append(f"  sizes from {small} over {median} (median) to {large}")
    for split, found in report.splits.items():
        fewest, most = min(found.by_class), max(found.by_class)
        lines.append(f"  {split}: {found.examples:,} examples, {fewest:,} to {most:,} a class")
        if found.duplicates:
            lines.append(f"    {found.duplicates:,} are the same as another one, or nearly")
        if found.in_train:
            lines.append(f"    {found.in_train:,} are in train too")
        for name in found.damaged[:5]:
            lines.append(f"    cannot be decoded: {name}")
        if len(found.damaged) > 5:
            lines.append(f"    and {len(found.damaged) - 5:,} more")
    counts = report.splits["train"].by_class
    for name, count in sorted(zip(report.classes, counts), key=lambda pair: -pair[1])[:_MOST_CLASSES]:
        lines.append(f"  {count:>8,}  {name}")
    lines.append(f"a sheet of pictures: {report.sheet}")
    return "\n".join(lines)


def _sizes(source: Source) -> tuple[tuple[int, int], ...]:
    if source.kind != "image":
        return ()
    sizes = sorted(_sizes_of(source.splits["train"]()), key=lambda size: size[0] * size[1])
    return (sizes[0], sizes[len(sizes) // 2], sizes[-1])


def _sizes_of(items: Items) -> Sequence[tuple[int, int]]:
    sizes = []
    for number in range(len(items)):
        content = items.content(number)
        if isinstance(content, np.ndarray):
            sizes.append(content.shape[:2])
            continue
        try:
            with Image.open(io.BytesIO(content)) as picture:
                sizes.append((picture.height, picture.width))
        except (OSError, ValueError, SyntaxError):
            continue
    return sizes


def _write_sheet(path: Path, pixels: np.ndarray, labels: np.ndarray, classes: Sequence[str]) -> None:
    """A row of pictures for each class, the same each time."""
    rows = min(len(classes), _MOST_CLASSES)
    sheet = Image.new("RGB", (_MARGIN + _A_ROW * _TILE, rows * _TILE), "white")
    draw = ImageDraw.Draw(sheet)
    for row in range(rows):
        name = classes[row].encode("ascii", "replace").decode()[:22]
        draw.text((6, row * _TILE + _TILE // 2 - 6), name, fill="black")
        members = np.flatnonzero(labels == row)
        for place, number in enumerate(np.random.default_rng(row).permutation(members)[:_A_ROW]):
            image = pixels[number]
            tile = Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image)
            if max(tile.size) > _TILE:
                tile.thumbnail((_TILE, _TILE))
            scale = max(1, _TILE // max(tile.size))
            tile = tile.resize((tile.width * scale, tile.height * scale), Image.Resampling.NEAREST)
            sheet.paste(tile, (_MARGIN + place * _TILE, row * _TILE))
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic(path) as partial:
        sheet.save(partial, "png")
