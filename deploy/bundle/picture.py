"""Pictures as a model is given them: upright, in red, green and blue, cut to its shape and averaged to its size.

The same code is shipped in a bundle. All sums are of whole numbers, so that every language, and training, give the
same pixels.
"""

import numpy as np
from PIL import Image, ImageOps

_SIXTEEN_BITS = ("I;16", "I;16L", "I;16B", "I;16N", "I")
_BAND = 512
"""Rows or columns that are computed at once: a photograph of 100 megapixels must fit the memory."""


def colours_of(picture: Image.Image) -> np.ndarray:
    """An opened picture, upright: uint8 of shape (height, width, 3); what is transparent is black.

    Of several frames the first is taken, and of 16 bits the upper 8.
    """
    picture = ImageOps.exif_transpose(picture)
    if picture.mode in _SIXTEEN_BITS:
        grey = np.clip(np.asarray(picture, np.int64), 0, 65_535) // 257
        return np.repeat(grey[..., None], 3, axis=2).astype(np.uint8)
    if not picture.has_transparency_data:
        return np.asarray(picture.convert("RGB"))
    layers = np.asarray(picture.convert("RGBA"))
    bands = (layers[start : start + _BAND].astype(np.int64) for start in range(0, len(layers), _BAND))
    return np.concatenate([((2 * band[..., :3] * band[..., 3:] + 255) // 510).astype(np.uint8) for band in bands])


def prepared(colours: np.ndarray, height: int, width: int, channels: int) -> np.ndarray:
    """Red, green and blue as pixels: the middle is cut out in the model's shape and averaged by area to its size.

    Args:
        colours: uint8 of shape (any height, any width, 3).

    Returns:
        uint8 of shape (height, width, channels).
    """
    h, w = colours.shape[:2]
    if w * height > h * width:
        cut = max(1, h * width // height)
        colours = colours[:, (w - cut) // 2 :][:, :cut]
    else:
        cut = max(1, w * height // width)
        colours = colours[(h - cut) // 2 :][:cut]
    h, w = colours.shape[:2]
    columns = [
        _sums(_toned(colours[:, start : start + _BAND].astype(np.int64), channels), height)
        for start in range(0, w, _BAND)
    ]
    sums = _sums(np.concatenate(columns, axis=1).swapaxes(0, 1), width).swapaxes(0, 1)
    return ((2 * sums + h * w) // (2 * h * w)).astype(np.uint8)


def _toned(colours: np.ndarray, channels: int) -> np.ndarray:
    """The colours themselves, or their grey."""
    return colours if channels == 3 else (colours @ np.array([19595, 38470, 7471]) + 32768 >> 16)[..., None]


def _sums(values: np.ndarray, target: int) -> np.ndarray:
    """Sums over `target` equal parts of the first axis, of which each value has `target` parts itself."""
    source = len(values)
    if source == target:
        return values * source
    total = np.concatenate([np.zeros_like(values[:1]), np.cumsum(values, axis=0)])
    whole, part = np.divmod(np.arange(target + 1) * source, target)
    ends = total[whole] * target + part[:, None, None] * values[np.minimum(whole, source - 1)]
    return np.diff(ends, axis=0)
