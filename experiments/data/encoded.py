"""Pictures that stay encoded on disk: decoded when they are read, by as many threads as there are cores."""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from experiments.data.decode import Decoder
from experiments.data.sources.items import Items
from experiments.errors import UserError


class EncodedPictures:
    """Some examples of a split as an array of pixels that is never whole in memory."""

    dtype = np.dtype(np.uint8)

    def __init__(self, items: Items, decoder: Decoder, rows: np.ndarray | None = None):
        """
        Args:
            rows: numbers of the examples, in order; None is all.
        """
        self._items, self._decoder = items, decoder
        self._rows = np.arange(len(items)) if rows is None else rows
        # Pillow lets other threads work while it decodes.
        self._pool = ThreadPoolExecutor(os.cpu_count())

    @property
    def shape(self) -> tuple[int, ...]:
        """(examples, height, width, channels)."""
        return (len(self._rows), *self._decoder.shape)

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, key: Any) -> np.ndarray:
        """The pixels of one example or of several, as an array takes their numbers. Raises `UserError`."""
        chosen = self._rows[key]
        if np.ndim(chosen) == 0:
            return self._one(int(chosen))
        pixels = np.empty((len(chosen), *self._decoder.shape), np.uint8)
        for place, picture in enumerate(self._pool.map(self._one, chosen.tolist())):
            pixels[place] = picture
        return pixels

    def part(self, mask: np.ndarray) -> "EncodedPictures":
        """The examples for which the mask is True, still encoded."""
        return EncodedPictures(self._items, self._decoder, self._rows[mask])

    def _one(self, number: int) -> np.ndarray:
        try:
            return self._decoder.pixels(self._items.content(number))
        except Exception as error:
            # Pillow raises errors of many kinds for damaged files.
            raise UserError(
                f"{self._items.names[number]} cannot be decoded any more ({type(error).__name__}: {str(error)[:100]}); "
                "it was changed or removed since the run began"
            ) from error
