"""A sheet of the pictures of a data set."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from deploy.files import atomic

_MOST_CLASSES, _A_ROW, _TILE, _MARGIN = 40, 10, 96, 160
"""Rows of the sheet, pictures in each, side of a picture, and room for the class's name."""


def write_sheet(path: Path, pixels: np.ndarray, labels: np.ndarray, classes: Sequence[str]) -> None:
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
