"""The batches of a training: rendered views with their labels, and the teacher's outputs from the bank."""

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from distill.bank.teacher_bank import TeacherBank
from distill.examples import Examples
from distill.views.augmentation import Views
from distill.views.render import renderer

_THREADS = 2
# Distinct from the random streams that views are drawn from.
_ORDER = 2**32


def batches(
    examples: Examples,
    views: Views,
    *,
    batch_size: int,
    epochs: range,
    order_seed: int,
    bank: TeacherBank | None = None,
) -> tf.data.Dataset:
    """Pairs of scaled pixels and targets for a range of epochs: "labels" (batch, classes), and the bank's outputs.

    Each epoch shuffles by its own seed, leaves an incomplete batch out and shows the next view, in turn: starting at a
    later epoch gives the batches that an uninterrupted stream would give there.
    """
    steps = steps_per_epoch(examples, batch_size)
    render = renderer(examples, views)
    read_targets = _reader(bank)

    def shuffled(epoch):
        order = np.random.Generator(np.random.Philox(key=[order_seed, _ORDER + int(epoch)])).permutation(len(examples))
        return order[: steps * batch_size].reshape(steps, -1).astype(np.int32)

    def epoch_order(epoch: tf.Tensor) -> tf.data.Dataset:
        numbers = tf.ensure_shape(
            tf.numpy_function(shuffled, [epoch], tf.int32), (steps, min(batch_size, len(examples)))
        )
        return tf.data.Dataset.from_tensor_slices(
            (numbers, tf.repeat(tf.cast(tf.math.floormod(epoch, views.count), tf.int32), steps))
        )

    def batch(numbers: tf.Tensor, view: tf.Tensor):
        view_numbers = tf.fill(tf.shape(numbers), view)
        pixels, labels = render(numbers, view_numbers)
        return pixels, {"labels": labels, **read_targets(view_numbers, numbers)}

    numbered = tf.data.Dataset.range(epochs.start, epochs.stop).flat_map(epoch_order)
    stream = numbered.map(batch, num_parallel_calls=_THREADS, deterministic=True).prefetch(4)
    options = tf.data.Options()
    # All that could be tuned is set; and the tuner's thread may go on sleeping when a training ends, for as long as the
    # training took, while the training waits for it.
    options.autotune.enabled = False
    return stream.with_options(options)


def steps_per_epoch(examples: Examples, batch_size: int) -> int:
    """Batches in an epoch; a set smaller than a batch is one batch."""
    return max(1, len(examples) // batch_size)


def _reader(bank: TeacherBank | None) -> Callable[[tf.Tensor, tf.Tensor], dict[str, tf.Tensor]]:
    """A function from view numbers and example numbers to the bank's outputs for them."""
    if bank is None:
        return lambda view_numbers, numbers: {}
    shapes = bank.output_shapes

    def read(view_numbers, numbers):
        outputs = bank.read(view_numbers, numbers)
        return [outputs[name] for name in shapes]

    def read_targets(view_numbers: tf.Tensor, numbers: tf.Tensor) -> dict[str, tf.Tensor]:
        # The bank stays in its memory-mapped file, shared by all who read it.
        arrays = tf.numpy_function(read, [view_numbers, numbers], [tf.float32] * len(shapes))
        return {name: tf.ensure_shape(array, (None, *shapes[name])) for name, array in zip(shapes, arrays)}

    return read_targets
