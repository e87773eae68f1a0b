"""Rendering of seeded views, the pixels that both teacher and student see.

View v of example i is a pure function of (seed, i, v): teacher bank and every later training render the same pixels.
"""

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from distill.examples import Examples, scaled
from distill.views.augmentation import Augmentation, Views
from distill.views.draws import draw

Render = Callable[[tf.Tensor, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]
"""From example numbers and view numbers, both of shape (batch,), to pixels and labels: float32 of shape (batch, height,
width, channels), scaled, and float32 of shape (batch, classes), shares that sum to 1, or zeros for no label."""


def renderer(examples: Examples, views: Views) -> Render:
    """A function that renders views. Without turning and resizing, views hold pixels of the example unchanged."""
    height, width, _ = examples.input_shape
    augmentation = views.augmentation
    draws = draw(views, examples=len(examples), height=height, width=width, labelled=examples.labelled)
    gather, classes = _gather(examples), tf.constant(examples.labels)
    affine, erased, partner = tf.constant(draws.affine), tf.constant(draws.erased), tf.constant(draws.partner)
    dropped, turned = tf.constant(draws.dropped), tf.constant(draws.rolled)
    blend, pasted = tf.constant(draws.blend), tf.constant(draws.pasted)
    untouched = augmentation == Augmentation()

    def unmixed(numbers: tf.Tensor, indices: tf.Tensor) -> tf.Tensor:
        batch = gather(numbers)
        if untouched:
            return scaled(tf.cast(batch, tf.float32))
        if augmentation.resamples:
            batch = tf.cast(batch, tf.float32)
        moved = tf.raw_ops.ImageProjectiveTransformV3(
            images=batch,
            transforms=tf.pad(tf.gather_nd(affine, indices), [[0, 0], [0, 2]]),
            output_shape=(height, width),
            interpolation="BILINEAR" if augmentation.resamples else "NEAREST",
            fill_mode="CONSTANT",
            fill_value=0.0,
        )
        moved = scaled(tf.cast(moved, tf.float32))
        if augmentation.erase_max_area:
            moved = tf.where(_inside(tf.gather_nd(erased, indices), height, width), 0.0, moved)
        if augmentation.roll_channels:
            moved = _rolled(moved, tf.gather_nd(turned, indices))
        if augmentation.drop_columns:
            moved = tf.where(tf.gather_nd(dropped, indices)[:, None, :, None], 0.0, moved)
        return moved

    def render(numbers: tf.Tensor, view_numbers: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        indices = tf.stack([view_numbers, numbers], axis=1)
        images = unmixed(numbers, indices)
        labels = tf.one_hot(tf.gather(classes, numbers), examples.classes)
        if not augmentation.mixes:
            return images, labels
        partners = tf.gather_nd(partner, indices)
        others = unmixed(partners, tf.stack([view_numbers, partners], axis=1))
        box = tf.cast(_inside(tf.gather_nd(pasted, indices), height, width), tf.float32)
        weight = tf.maximum(box, tf.gather_nd(blend, indices)[:, None, None, None])
        share = tf.reduce_mean(weight, axis=[1, 2])
        other_labels = tf.one_hot(tf.gather(classes, partners), examples.classes)
        return images + weight * (others - images), labels + share * (other_labels - labels)

    return render


def _gather(examples: Examples) -> Callable[[tf.Tensor], tf.Tensor]:
    """A function from example numbers to their pixels: of an array in TensorFlow, of others where they are read."""
    pixels = examples.pixels
    if isinstance(pixels, np.ndarray):
        constant = tf.constant(pixels)
        return lambda numbers: tf.gather(constant, numbers)

    def read(numbers: tf.Tensor) -> tf.Tensor:
        batch = tf.numpy_function(lambda rows: pixels[rows], [numbers], tf.uint8)
        return tf.ensure_shape(batch, (None, *examples.input_shape))

    return read


def _rolled(images: tf.Tensor, shares: tf.Tensor) -> tf.Tensor:
    """Images (batch, height, width, channels) whose columns' channels are rolled by shares (batch, width) of them."""
    channels = tf.shape(images)[-1]
    places = tf.cast(tf.math.ceil(shares * tf.cast(channels - 1, tf.float32)), tf.int32)
    order = (tf.range(channels) + tf.expand_dims(places, -1)) % channels
    # The order is that of each row of a column.
    return tf.gather(images, tf.broadcast_to(tf.expand_dims(order, 1), tf.shape(images)), axis=3, batch_dims=3)


def _inside(boxes: tf.Tensor, height: int, width: int) -> tf.Tensor:
    """Mask of the pixels in the boxes (batch, 4): bool of shape (batch, height, width, 1)."""
    top, left, bottom, right = (side[:, None, None, None] for side in tf.unstack(boxes, axis=1))
    rows, columns = tf.range(height)[None, :, None, None], tf.range(width)[None, None, :, None]
    return (rows >= top) & (rows < bottom) & (columns >= left) & (columns < right)
