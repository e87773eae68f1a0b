"""Seeded views of examples: what teacher and student both see.

View v of example i is a pure function of (seed, i, v): teacher bank and every later training render the same pixels.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from distill.augmentation import Augmentation
from distill.examples import Examples, scaled


@dataclass(frozen=True, kw_only=True, eq=False)
class _Draws:
    """What was drawn for each view of each example; every array has the shape (views, examples)."""

    down: np.ndarray
    right: np.ndarray
    flipped: np.ndarray


def _draw(augmentation: Augmentation, *, examples: int, views: int, seed: int) -> _Draws:
    def stream(view: int, purpose: int) -> np.random.Generator:
        # A stream for each purpose: its i-th draw belongs to example i whatever else is drawn.
        return np.random.Generator(np.random.Philox(key=[seed, 16 * view + purpose]))

    def shifts(purpose: int) -> np.ndarray:
        reach = augmentation.shift_pixels
        return np.stack([stream(v, purpose).integers(0, 2 * reach + 1, examples, np.int32) for v in range(views)])

    flipped = np.stack([stream(v, 2).random(examples) < 0.5 for v in range(views)])
    return _Draws(down=shifts(0), right=shifts(1), flipped=flipped & augmentation.flip)


def renderer(
    examples: Examples, augmentation: Augmentation, *, views: int, seed: int
) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
    """A function from (example numbers, view numbers), both of shape (batch,), to float32 pixels in [-1, 1].

    Shifts are crops out of an image padded with zeros by `shift_pixels` on each side.
    """
    height, width, _ = examples.input_shape
    reach = augmentation.shift_pixels
    draws = _draw(augmentation, examples=len(examples), views=views, seed=seed)
    down, right, flipped = tf.constant(draws.down), tf.constant(draws.right), tf.constant(draws.flipped)
    pixels = tf.constant(examples.pixels)

    def render(numbers: tf.Tensor, view_numbers: tf.Tensor) -> tf.Tensor:
        batch = tf.gather(pixels, numbers)
        which = tf.stack([view_numbers, numbers], axis=1)
        if reach:
            batch = tf.pad(batch, [[0, 0], [reach, reach], [reach, reach], [0, 0]])
            rows = tf.gather_nd(down, which)[:, None] + tf.range(height)
            columns = tf.gather_nd(right, which)[:, None] + tf.range(width)
            batch = tf.gather(tf.gather(batch, rows, batch_dims=1), columns, axis=2, batch_dims=1)
        if augmentation.flip:
            mirror = tf.gather_nd(flipped, which)[:, None, None, None]
            batch = tf.where(mirror, tf.reverse(batch, axis=[2]), batch)
        return scaled(tf.cast(batch, tf.float32))

    return render
