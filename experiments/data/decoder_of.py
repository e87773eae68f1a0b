"""The decoder that suits a source: sizes of pictures, of spectrograms, and of rows of tokens."""

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image

from deploy.bundle.preprocessing import Sound, Text
from deploy.bundle.text import tokens_of
from experiments.data.decode import Decoder, decoded
from experiments.data.settings import Data
from experiments.data.sources.items import Items, Source
from experiments.errors import UserError

_SIDES = (32, 48, 64, 96)
"""Sides that pictures are brought to where they differ in size."""
_GREY = ("1", "L", "LA", "I", "I;16", "I;16B")
_SAMPLE = 2_000
"""Examples that are looked at."""
_WHOLE_PERCENT, _MOST_TOKENS = 98, 64
"""Share of the texts that are read whole, unless they are longer than so many tokens."""


def decoder_of(source: Source, data: Data) -> Decoder:
    """The decoder of a source: for pictures, of the size that `data` asks for, or of the one that suits them.

    Raises:
        UserError: no picture can be read.
    """
    if source.kind == "audio":
        # One second of sound, as 64 spectra of 32 bands.
        sound = Sound(sample_rate=data.sample_rate, seconds=1.0, frames=64, mels=32)
        return Decoder(shape=(sound.frames, sound.mels, 1), rendering=sound)
    if source.kind == "text":
        text = Text(
            tokens=data.tokens or _tokens(source.splits["train"]()),
            word_features=data.word_features,
            trigram_features=data.trigram_features,
        )
        return Decoder(shape=(1, text.tokens, text.word_features + text.trigram_features), rendering=text)
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
    return Decoder(shape=(height, width, channels))


def _tokens(items: Items) -> int:
    """The tokens of all but the longest of some of the texts."""
    chosen = np.random.default_rng(0).permutation(len(items))[:_SAMPLE]
    counts = [sum(1 for _ in tokens_of(decoded(items.content(int(number))))) for number in chosen]
    return int(np.clip(np.percentile(counts, _WHOLE_PERCENT), 1, _MOST_TOKENS))


def _shapes(items: Items) -> Sequence[tuple[int, int, int]]:
    """Height, width and channels of some of the pictures that can be read."""
    chosen = np.random.default_rng(0).permutation(len(items))[:_SAMPLE]
    shapes = []
    for number in chosen:
        try:
            content = items.content(int(number))
            if isinstance(content, np.ndarray):
                shapes.append(content.shape)
                continue
            with Image.open(io.BytesIO(content)) as picture:
                shapes.append((picture.height, picture.width, 1 if picture.mode in _GREY else 3))
        except Exception:
            # Damaged files, of which Pillow raises errors of many kinds, are named when they are decoded.
            continue
    return shapes
