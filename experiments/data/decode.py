"""Decoding of a source's examples: pictures of any format, clips of sound and texts, as pixels of one shape."""

import io
import os
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from PIL import Image, UnidentifiedImageError

from deploy.bundle.picture import colours_of, prepared
from deploy.bundle.preprocessing import Rendering, Sound, Text
from deploy.bundle.text import text_pixels, tokens_of
from deploy.digests import sha256_of
from experiments.data.sources.items import Items
from experiments.data.spectrogram import clip_pixels, log_mel_pixels
from experiments.data.split import SMALL_SIDE, small_version
from experiments.errors import UserError

_MOST_PIXELS = 200_000_000
_SHOWN = 3

# A photograph of 100 megapixels is none too many: what is larger is refused by name.
Image.MAX_IMAGE_PIXELS = _MOST_PIXELS // 2
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


@dataclass(frozen=True, kw_only=True)
class Decoder:
    """Pixels of one shape from the content of an example."""

    shape: tuple[int, int, int]
    rendering: Rendering | None = None

    def pixels(self, content: bytes | np.ndarray) -> np.ndarray:
        """uint8 of `shape`. Raises errors of many kinds, those of the readers, for content that is no picture, clip or
        text."""
        if isinstance(content, np.ndarray):
            if isinstance(self.rendering, Sound):
                return log_mel_pixels(content, self.rendering)
            if content.shape == self.shape:
                return content
            colours = content if content.shape[-1] == 3 else np.repeat(content, 3, axis=-1)
            return prepared(colours, *self.shape)
        if isinstance(self.rendering, Sound):
            return clip_pixels(content, self.rendering)
        if isinstance(self.rendering, Text):
            return _row_of_tokens(decoded(content), self.rendering)
        with _opened(content) as picture:
            as_it_is = (picture.height, picture.width, len(picture.getbands())) == self.shape
            if as_it_is and picture.mode in ("L", "RGB") and not picture.getexif():
                return np.asarray(picture).reshape(self.shape)
            return prepared(colours_of(picture), *self.shape)

    def readable(self, items: Items, *, keep: bool = True) -> "Readable":
        """Decode every example of a split.

        Args:
            keep: hold the pixels, in memory; else each is decoded to see whether it can be.
        """
        pixels = np.zeros((len(items) if keep else 0, *self.shape), np.uint8)
        pictures = self.rendering is None or isinstance(self.rendering, Sound)
        digests, small = np.zeros(len(items), "U64"), np.zeros((len(items), SMALL_SIDE**2 * pictures), np.uint8)

        def damage(number: int) -> str:
            """The reason for which an example cannot be decoded; empty where it can."""
            try:
                picture = self.pixels(items.content(number))
            except Exception as error:
                # Readers raise errors of many kinds for damaged files.
                return f"{items.names[number]} ({type(error).__name__}: {' '.join(str(error).split())[:100]})"
            digests[number] = sha256_of(picture.tobytes())
            if pictures:
                small[number] = small_version(picture)
            if keep:
                pixels[number] = picture
            return ""

        # Pillow lets other threads work while it decodes.
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            damages = list(pool.map(damage, range(len(items))))
        whole = np.array([number for number, reason in enumerate(damages) if not reason], np.int64)
        damaged = tuple(reason for reason in damages if reason)
        return Readable(
            pixels=pixels[whole] if keep and damaged else pixels,
            whole=whole,
            digests=digests[whole],
            small=small[whole],
            damaged=damaged,
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Readable:
    """The examples of a split that can be decoded, and the others."""

    pixels: np.ndarray
    """Of those that can; empty where they are not held."""
    whole: np.ndarray
    """Their numbers in the split."""
    digests: np.ndarray
    """Of the pixels of each."""
    small: np.ndarray
    """Grey versions of 16x16, as rows, which near duplicates are found by; rows of nothing for texts."""
    damaged: tuple[str, ...]
    """Names of the others, with the reasons."""

    def require_whole(self) -> None:
        """Raise `UserError` where an example cannot be decoded."""
        if self.damaged:
            more = f", and {len(self.damaged) - _SHOWN} more" if len(self.damaged) > _SHOWN else ""
            raise UserError(
                f"{len(self.damaged)} of {len(self.damaged) + len(self.whole):,} files cannot be decoded: "
                f"{', '.join(self.damaged[:_SHOWN])}{more}; remove or mend them, or leave them out with "
                "--data.skip-damaged"
            )


def _opened(content: bytes) -> Image.Image:
    try:
        picture = Image.open(io.BytesIO(content))
    except UnidentifiedImageError as error:
        # Pillow names the memory that the bytes are in.
        raise ValueError("no picture of a format that can be read" if content else "an empty file") from error
    if picture.mode == "F":
        raise ValueError("pixels that are floats; 8 or 16 bits are needed")
    return picture


def decoded(text: bytes | np.ndarray) -> str:
    """A text from its bytes in UTF-8; what is none is replaced."""
    return bytes(text).decode(errors="replace")


def _row_of_tokens(text: str, rendering: Text) -> np.ndarray:
    if next(tokens_of(text), None) is None:
        raise ValueError("a text without a word")
    return text_pixels(text, **vars(rendering))
