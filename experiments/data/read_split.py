"""One split of a source: its examples, in memory or encoded, with what splits are made by."""

import hashlib
import math
from dataclasses import dataclass, replace

import numpy as np

from deploy.bundle.preprocessing import Sound
from distill.examples import Examples
from experiments.data.decode import Decoder
from experiments.data.encoded import EncodedPictures
from experiments.data.settings import Data
from experiments.data.sources.items import Source
from experiments.errors import UserError

_IN_MEMORY_BYTES = 400_000_000
"""Splits with more pixels stay encoded on disk."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SplitExamples:
    """Examples with the digests of their pixels, and small versions of them."""

    examples: Examples
    digests: np.ndarray
    small: np.ndarray

    def part(self, mask: np.ndarray) -> "SplitExamples":
        """Those for which the mask is True."""
        pixels = self.examples.pixels
        part = pixels.part(mask) if isinstance(pixels, EncodedPictures) else pixels[mask]
        examples = replace(self.examples, pixels=part, labels=self.examples.labels[mask])
        return SplitExamples(examples=examples, digests=self.digests[mask], small=self.small[mask])


def read_split(source: Source, decoder: Decoder, data: Data, split: str) -> SplitExamples:
    """Decode a split, or look at each of its examples once and leave them encoded where they are too large together.

    Raises:
        UserError: examples that cannot be decoded, unless they are to be skipped.
    """
    items = source.splits[split]()
    in_memory = isinstance(decoder.rendering, Sound) or len(items) * math.prod(decoder.shape) <= _IN_MEMORY_BYTES
    readable = decoder.readable(items, keep=in_memory)
    if not data.skip_damaged:
        readable.require_whole()
    if not len(readable.whole):
        raise UserError(f"the {split} split of {source.name} has no example that can be read: bring some, or remove it")
    pixels = readable.pixels if in_memory else EncodedPictures(items, decoder, readable.whole)
    examples = Examples(pixels=pixels, labels=items.labels[readable.whole], classes=len(source.classes))
    return SplitExamples(examples=examples, digests=readable.digests, small=readable.small)


def digest_of(*parts: SplitExamples) -> str:
    """SHA-256 over the pixels and labels of several parts, as hexadecimal digits."""
    digest = hashlib.sha256()
    for part in parts:
        pixels, labels = part.examples.pixels, part.examples.labels
        digest.update(str(pixels.shape).encode())
        # Of pixels that are not at hand, by their digests.
        whole = isinstance(pixels, np.ndarray)
        digest.update(pixels.tobytes() if whole else "".join(part.digests.tolist()).encode())
        digest.update(labels.tobytes())
    return digest.hexdigest()
