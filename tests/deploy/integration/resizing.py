"""A picture as a model's pixels, in whole numbers throughout: what every language's code must give."""

import numpy as np


def pixels(colours: np.ndarray, height: int, width: int, channels: int) -> np.ndarray:
    """uint8 of shape (h, w, 3) as uint8 of shape (height, width, channels)."""
    colours = colours.astype(np.int64)
    if channels == 1:
        colours = ((colours @ [19595, 38470, 7471] + 32768) >> 16)[..., None]
    h, w = colours.shape[:2]
    if w * height > h * width:
        cut = max(1, h * width // height)
        colours = colours[:, (w - cut) // 2 :][:, :cut]
    else:
        cut = max(1, w * height // width)
        colours = colours[(h - cut) // 2 :][:cut]
    rows, columns = overlaps(colours.shape[0], height), overlaps(colours.shape[1], width)
    sums = np.einsum("rh,cw,hwk->rck", rows, columns, colours, optimize=True)
    parts = colours.shape[0] * colours.shape[1]
    return ((2 * sums + parts) // (2 * parts)).astype(np.uint8)


def overlaps(source: int, target: int) -> np.ndarray:
    """How much of each source pixel lies in each target pixel, in parts of which a target pixel has `source`."""
    i, k = np.arange(target)[:, None], np.arange(source)
    covered = np.minimum((i + 1) * source, (k + 1) * target) - np.maximum(i * source, k * target)
    return np.maximum(0, covered)
