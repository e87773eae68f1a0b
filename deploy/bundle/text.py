"""Text as a model is given it: tokens, each hashed into ternary features (projection, as in PRADO and pQRNN).

A file needs no vocabulary and no table of embeddings (Kaliamoorthi 2019, PRADO, section 3.1; Kaliamoorthi 2021,
pQRNN). The same code is shipped in a bundle. All is in whole numbers of 32 bits over code points, and upper case and
symbols are tables of our own, so that Python, JavaScript and Kotlin give the same features whatever their Unicode.
"""

import functools
import unicodedata
from collections.abc import Iterator

import numpy as np

_BITS = 0xFFFFFFFF
PRIME, STEP, WORD_SEED, TRIGRAM_SEED = 0x01000193, 0x9E3779B9, 0x811C9DC5, 0x5BD1E995
START, END = 2, 3
"""Code points that stand before and behind a token's own in its trigrams."""
_ZERO, _PLUS, _MINUS = 128, 255, 0
"""Pixels of 0, +1 and -1."""
IGNORED = ((0xAD, 0xAD), (0x200B, 0x200F), (0x2060, 0x2064), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF))
"""Ranges of code points that are left out: joiners, direction marks, variation selectors."""
SPACES = ((0, 32), (0x7F, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F))
SPACES += ((0x205F, 0x205F), (0x3000, 0x3000))
"""Ranges that end a token."""
SYMBOLS = ((0x21, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E), (0xA1, 0xA9), (0xAB, 0xB4), (0xB6, 0xB9))
SYMBOLS += ((0xBB, 0xBF), (0xD7, 0xD7), (0xF7, 0xF7), (0x2010, 0x2BFF), (0x3001, 0x9FFF), (0xD800, 0xDFFF))
SYMBOLS += ((0xF900, 0xFAFF), (0xFE10, 0xFE6F), (0xFF01, 0xFF0F), (0xFF1A, 0xFF20), (0xFF3B, 0xFF40))
SYMBOLS += ((0xFF5B, 0xFF9F), (0x1F000, 0x1FAFF), (0x20000, 0x3FFFF))
"""Ranges whose every character is a token: punctuation, emoji, and the scripts that are written without spaces."""
UPPER = ((0x41, 0x5A, 1, 32), (0xC0, 0xD6, 1, 32), (0xD8, 0xDE, 1, 32), (0x100, 0x12E, 2, 1), (0x132, 0x136, 2, 1))
UPPER += ((0x139, 0x147, 2, 1), (0x14A, 0x176, 2, 1), (0x179, 0x17D, 2, 1), (0x386, 0x386, 1, 38))
UPPER += ((0x388, 0x38A, 1, 37), (0x38C, 0x38C, 1, 64), (0x38E, 0x38F, 1, 63), (0x391, 0x3A1, 1, 32))
UPPER += ((0x3A3, 0x3AB, 1, 32), (0x400, 0x40F, 1, 80), (0x410, 0x42F, 1, 32), (0x490, 0x4BE, 2, 1))
UPPER += ((0x531, 0x556, 1, 48), (0x1E00, 0x1E94, 2, 1), (0x1EA0, 0x1EFE, 2, 1))
"""Ranges of capital letters: first, last, step, and the distance to the small letter."""


def text_pixels(text: str, tokens: int, word_features: int, trigram_features: int) -> np.ndarray:
    """A text as pixels: uint8 of shape (1, tokens, word_features + trigram_features); 128 where it has ended."""
    pixels = np.full((1, tokens, word_features + trigram_features), _ZERO, np.uint8)
    for place, token in zip(range(tokens), tokens_of(text)):
        pixels[0, place] = _features(token, word_features, trigram_features)
    return pixels


def tokens_of(text: str) -> Iterator[tuple[int, ...]]:
    """The tokens of a text: runs of small letters and digits, and single symbols, as code points."""
    token: list[int] = []
    for letter in unicodedata.normalize("NFC", text):
        point = ord(letter)
        if _within(point, IGNORED):
            continue
        is_space = _within(point, SPACES)
        is_symbol = not is_space and _within(point, SYMBOLS)
        if not (is_space or is_symbol):
            token.append(_lower(point))
            continue
        if token:
            yield tuple(token)
            token = []
        if is_symbol:
            yield (point,)
    if token:
        yield tuple(token)


@functools.lru_cache(1 << 16)
def _within(point: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= point <= last for first, last in ranges)


@functools.lru_cache(1 << 16)
def _lower(point: int) -> int:
    for first, last, step, distance in UPPER:
        if first <= point <= last and (point - first) % step == 0:
            return point + distance
    return point


@functools.lru_cache(1 << 16)
def _features(token: tuple[int, ...], word_features: int, trigram_features: int) -> np.ndarray:
    """Two bits of the token's hash for each word feature; of each trigram one feature, plus or minus."""
    pixels = np.full(word_features + trigram_features, _ZERO, np.uint8)
    key = _hash(token, WORD_SEED)
    for feature in range(word_features):
        bits = _mixed(key + (feature // 16 + 1) * STEP) >> 2 * (feature % 16) & 3
        pixels[feature] = (_ZERO, _PLUS, _MINUS, _ZERO)[bits]
    if trigram_features:
        sums = np.zeros(trigram_features, np.int64)
        points = (START, *token, END)
        for start in range(len(points) - 2):
            bits = _hash(points[start : start + 3], TRIGRAM_SEED)
            sums[(bits >> 1) % trigram_features] += 1 if bits & 1 else -1
        pixels[word_features:] = np.where(sums > 0, _PLUS, np.where(sums < 0, _MINUS, _ZERO))
    return pixels


def _hash(points: tuple[int, ...], seed: int) -> int:
    """FNV-1a over code points, with MurmurHash3's last mix."""
    for point in points:
        seed = (seed ^ point) * PRIME & _BITS
    return _mixed(seed)


def _mixed(bits: int) -> int:
    bits &= _BITS
    bits = (bits ^ bits >> 16) * 0x85EBCA6B & _BITS
    bits = (bits ^ bits >> 13) * 0xC2B2AE35 & _BITS
    return bits ^ bits >> 16
