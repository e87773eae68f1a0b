"""Decoding of a source's examples: pictures of any size and format, and clips of sound, as pixels of one shape."""

import io
import os
import warnings
import wave
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from PIL import Image

from deploy.bundle.picture import colours_of, prepared
from deploy.bundle.preprocessing import Sound
from deploy.digests import sha256_of
from experiments.data.settings import Data
from experiments.data.sources.items import Items, Source
from experiments.data.spectrogram import log_mel_pixels
from experiments.data.split import SMALL_SIDE, small_version
from experiments.errors import UserError

_SIDES = (32, 48, 64, 96)
"""Sides that pictures are brought to where they differ in size."""
_SAMPLE = 2_000
_MOST_PIXELS = 200_000_000
_GREY = ("1", "L", "LA", "I", "I;16", "I;16B")
_SHOWN = 3
_UNREADABLE = (OSError, ValueError, SyntaxError, EOFError, wave.Error, Image.DecompressionBombError)
"""Errors of readers of damaged files."""

# A photograph of 100 megapixels is none too many: what is larger is refused by name.
Image.MAX_IMAGE_PIXELS = _MOST_PIXELS // 2
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


@dataclass(frozen=True, kw_only=True)
class Decoder:
    """Pixels of one shape from the content of an example."""

    shape: tuple[int, int, int]
    sound: Sound | None

    def pixels(self, content: bytes | np.ndarray) -> np.ndarray:
        """uint8 of `shape`. Raises ValueError, OSError or others for content that is no picture or clip."""
        if self.sound is not None:
            samples, rate = (content, self.sound.sample_rate) if isinstance(content, np.ndarray) else _clip(content)
            return log_mel_pixels(_resampled(samples, rate, self.sound.sample_rate), self.sound)
        if isinstance(content, np.ndarray):
            if content.shape == self.shape:
                return content
            colours = content if content.shape[-1] == 3 else np.repeat(content, 3, axis=-1)
            return prepared(colours, *self.shape)
        with Image.open(io.BytesIO(content)) as picture:
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
        digests, small = np.zeros(len(items), "U64"), np.zeros((len(items), SMALL_SIDE**2), np.uint8)

        def damage(number: int) -> str:
            """The reason for which an example cannot be decoded; empty where it can."""
            try:
                picture = self.pixels(items.content(number))
            except _UNREADABLE as error:
                return f"{items.names[number]} ({type(error).__name__}: {' '.join(str(error).split())[:100]})"
            digests[number], small[number] = sha256_of(picture.tobytes()), small_version(picture)
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
    """Grey versions of 16x16, as rows, which near duplicates are found by."""
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


def decoder_of(source: Source, data: Data) -> Decoder:
    """The decoder of a source: for pictures, of the size that `data` asks for, or of the one that suits them.

    Raises:
        UserError: no picture can be read.
    """
    if source.kind == "audio":
        # One second of sound, as 64 spectra of 32 bands.
        sound = Sound(sample_rate=data.sample_rate, seconds=1.0, frames=64, mels=32)
        return Decoder(shape=(sound.frames, sound.mels, 1), sound=sound)
    shapes = _shapes(source.splits["train"]())
    if not shapes:
        raise UserError(f"{source.name} has no picture that can be read")
    channels = data.channels or max(shape[2] for shape in shapes)
    if data.image_size is not None:
        height, width = (data.image_size, data.image_size) if isinstance(data.image_size, int) else data.image_size
    elif len(set(shapes)) == 1 and max(shapes[0][:2]) <= _SIDES[-1]:
        height, width, _ = shapes[0]
    else:
        median = float(np.median([min(shape[:2]) for shape in shapes]))
        height = width = max((side for side in _SIDES if side <= median), default=_SIDES[0])
    return Decoder(shape=(height, width, channels), sound=None)


def _shapes(items: Items) -> Sequence[tuple[int, int, int]]:
    """Height, width and channels of some of the pictures that can be read."""
    chosen = np.random.default_rng(0).permutation(len(items))[:_SAMPLE]
    shapes = []
    for number in chosen:
        content = items.content(int(number))
        if isinstance(content, np.ndarray):
            shapes.append(content.shape)
            continue
        try:
            with Image.open(io.BytesIO(content)) as picture:
                shapes.append((picture.height, picture.width, 1 if picture.mode in _GREY else 3))
        except (OSError, ValueError, SyntaxError):
            continue
    return shapes


def _clip(content: bytes) -> tuple[np.ndarray, int]:
    """Samples of int16, of one channel, and their rate, of a WAV file."""
    with wave.open(io.BytesIO(content)) as clip:
        if clip.getsampwidth() != 2:
            raise ValueError(f"{8 * clip.getsampwidth()} bits a sample; 16 are needed")
        samples = np.frombuffer(clip.readframes(clip.getnframes()), "<i2").reshape(-1, clip.getnchannels())
        return samples.mean(axis=1).astype(np.int16), clip.getframerate()


def _resampled(samples: np.ndarray, rate: int, wanted: int) -> np.ndarray:
    """As the bundle's Python code resamples."""
    if rate == wanted:
        return samples
    there = np.arange(int(len(samples) * wanted / rate)) * rate / wanted
    return np.interp(there, np.arange(len(samples)), samples).astype(np.int16)
