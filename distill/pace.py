"""The length of a training in seconds: its schedules end when its time does, however fast the machine is."""

import itertools
import statistics
import time
from collections.abc import Callable
from typing import Any

import tensorflow as tf
import tf_keras

_EPOCHS_SEEN = 3
"""The next epoch is expected to take as long as the median of so many before."""
_ALL = 1 - 1e-5


class Progress(tf.Module):
    """Share of a training that is done, from 0 to 1, as a function of the optimizer's counter of steps."""

    def __init__(self, *, first_step: int, steps: int):
        """
        Args:
            first_step: the optimizer's counter at the start.
            steps: of the whole training, as far as that is known at the start.
        """
        super().__init__()
        self._from_step = tf.Variable(tf.constant(first_step, tf.int64), trainable=False)
        self._start = tf.Variable(tf.constant(0.0), trainable=False)
        self._per_step = tf.Variable(tf.constant(1 / steps, tf.float32), trainable=False)

    def __call__(self, step: tf.Tensor) -> tf.Tensor:
        """The share that is done when the counter is at `step`."""
        steps = tf.cast(tf.cast(step, tf.int64) - self._from_step, tf.float32)
        return tf.clip_by_value(self._start + steps * self._per_step, 0.0, 1.0)

    def end_in(self, steps: int, now: tf.Tensor) -> None:
        """Spread what is left over so many steps after the step `now`."""
        done = self(now)
        self._start.assign(done)
        self._per_step.assign((1 - done) / steps)
        self._from_step.assign(tf.cast(now, tf.int64))


class Paced(tf_keras.optimizers.schedules.LearningRateSchedule):
    """A schedule over a number of steps, stretched to a training's progress."""

    def __init__(self, schedule: Callable, steps: int, progress: Progress):
        super().__init__()
        self._schedule, self._steps, self._progress = schedule, steps, progress

    def __call__(self, step):
        return self._schedule(self._progress(step) * self._steps)


class Pacing(tf_keras.callbacks.Callback):
    """Ends a training in time: after each epoch the progress is spread over the epochs that there is time for.

    A training that is late still ends its schedules, in one more epoch. The first epoch counts for nothing, since it
    traces the step.
    """

    def __init__(
        self,
        progress: Progress,
        *,
        seconds: float,
        steps_per_epoch: int,
        clock: Callable[[], float] = time.monotonic,
    ):
        """
        Args:
            seconds: of the whole training, from now on.
            clock: a clock in seconds that no change of the time of day moves.
        """
        super().__init__()
        self._progress, self._steps_per_epoch, self._clock = progress, steps_per_epoch, clock
        self._end = clock() + seconds
        self._ends: list[float] = []

    def on_epoch_end(self, epoch, logs=None):
        model: Any = self.model
        step = model.optimizer.iterations
        self._ends.append(self._clock())
        if float(self._progress(step)) >= _ALL:
            model.stop_training = True
        elif len(self._ends) > 1:
            ends = self._ends[-_EPOCHS_SEEN - 1 :]
            epoch_seconds = statistics.median(end - before for before, end in itertools.pairwise(ends))
            left = (self._end - self._clock()) / max(epoch_seconds, 1e-6)
            self._progress.end_in(max(1, round(left)) * self._steps_per_epoch, step)
