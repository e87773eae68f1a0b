"""Pictures as a model is given them, whatever format they are in."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from deploy.bundle.picture import colours_of, prepared


def opened(picture: Image.Image, kind: str, **settings) -> Image.Image:
    content = io.BytesIO()
    picture.save(content, kind, **settings)
    return Image.open(io.BytesIO(content.getvalue()))


def overlaps(source: int, target: int) -> np.ndarray:
    """Parts of each source value in each target, of which a value has `target`."""
    i, k = np.arange(target)[:, None], np.arange(source)
    return np.maximum(0, np.minimum((i + 1) * source, (k + 1) * target) - np.maximum(i * source, k * target))


@given(
    size=st.tuples(st.integers(1, 40), st.integers(1, 600)),
    target=st.tuples(st.integers(1, 20), st.integers(1, 20)),
    seed=st.integers(0, 9),
)
def test_areas_are_averaged_in_whole_numbers(size, target, seed):
    colours = np.random.default_rng(seed).integers(0, 256, (*size, 3), np.uint8)
    found = prepared(colours, *target, 3)
    h, w = size
    if w * target[0] > h * target[1]:
        cut = max(1, h * target[1] // target[0])
        colours = colours[:, (w - cut) // 2 :][:, :cut]
    else:
        cut = max(1, w * target[0] // target[1])
        colours = colours[(h - cut) // 2 :][:cut]
    h, w = colours.shape[:2]
    sums = np.einsum("rh,cw,hwk->rck", overlaps(h, target[0]), overlaps(w, target[1]), colours.astype(np.int64))
    np.testing.assert_array_equal(found, (2 * sums + h * w) // (2 * h * w))


def test_the_upper_bits_of_sixteen_are_taken():
    grey = np.array([[0, 257, 65_535]], np.uint16)
    seen = colours_of(opened(Image.fromarray(grey), "PNG"))
    np.testing.assert_array_equal(seen[0, :, 0], [0, 1, 255])
    assert seen.shape == (1, 3, 3)


@pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK", "RGB", "LA", "RGBA"])
def test_any_mode_becomes_red_green_and_blue(mode):
    picture = Image.new("RGB", (6, 4), "white").convert(mode)
    kind = "TIFF" if mode == "CMYK" else "PNG"
    np.testing.assert_array_equal(colours_of(opened(picture, kind)), np.full((4, 6, 3), 255))


def test_the_first_frame_is_taken():
    frames = [Image.new("L", (3, 2), level) for level in (40, 200)]
    animated = opened(frames[0], "GIF", save_all=True, append_images=frames[1:])
    np.testing.assert_array_equal(colours_of(animated), np.full((2, 3, 3), 40))
