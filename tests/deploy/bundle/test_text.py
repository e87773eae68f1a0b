"""Texts as ternary features."""

import random
import unicodedata

import numpy as np
import pytest

from deploy.bundle.text import UPPER, text_pixels, tokens_of
from tests.deploy.integration.texts import TEXTS


def words(text: str) -> list[str]:
    return ["".join(map(chr, token)) for token in tokens_of(text)]


def test_tokens_are_words_numbers_and_single_symbols():
    assert words("Who's «Café» 3.5% ÉCOLE?") == ["who", "'", "s", "«", "café", "»", "3", ".", "5", "%", "école", "?"]
    assert words("日本語 e\u0301x 👩\u200d👧") == ["日", "本", "語", "éx", "👩", "👧"]
    assert words("a\u2028b\u3000c\u205fd") == ["a", "b", "c", "d"]


def test_case_and_composition_make_no_difference():
    for text in TEXTS:
        if not any(0xD800 <= ord(letter) < 0xE000 for letter in text):
            decomposed = unicodedata.normalize("NFD", text)
            assert words(decomposed) == words(text)
    assert words("ÀÉÎ ПРИВЕТ ΣΎ ĐẶNG") == words("àéî привет σύ đặng")


def test_capitals_are_those_of_unicode():
    for first, last, step, distance in UPPER:
        for point in range(first, last + 1, step):
            # Code points in the ranges that stand for nothing are left alone by Unicode.
            if unicodedata.category(chr(point)) != "Cn":
                assert chr(point).lower() == chr(point + distance)


def test_features_are_of_the_token_alone():
    pixels = text_pixels("to be or not to be", 8, 64, 32)
    assert pixels.shape == (1, 8, 96)
    assert set(np.unique(pixels)) == {0, 128, 255}
    np.testing.assert_array_equal(pixels[0, :2], pixels[0, 4:6])
    assert np.all(pixels[0, 6:] == 128)
    assert not np.any(np.all(pixels[0, :6] == 128, axis=1))


def test_half_of_the_word_features_are_zero_and_signs_are_even():
    rng = random.Random(0)
    many = " ".join("".join(rng.choices("abcdefghij", k=6)) for _ in range(400))
    pixels = text_pixels(many, 400, 128, 0)
    shares = [np.mean(pixels == level) for level in (0, 128, 255)]
    assert shares == pytest.approx([0.25, 0.5, 0.25], abs=0.01)


def test_words_of_like_letters_share_trigram_features_alone():
    one, other = text_pixels("cities citizen", 2, 128, 128)[0].astype(int) - 128
    together = np.sign(one) * np.sign(other)
    assert together[128:].sum() >= 3
    assert abs(together[:128].sum()) < 40


def test_known_features_stay():
    """Files that were trained on them are out in apps."""
    pixels = text_pixels("What is it?", 4, 16, 16)
    assert pixels[0, 0].tobytes().hex() == ("ff80ff00008000ff00800080808000008080808080808080808080ff0000ff80")
    assert np.all(text_pixels("", 2, 16, 16) == 128)
