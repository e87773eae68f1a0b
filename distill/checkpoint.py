"""Checkpoints of a training between epochs, from which a killed training resumes."""

import time
from dataclasses import dataclass
from pathlib import Path

import tensorflow as tf
import tf_keras

from distill.optimizer import OptimizerState

SECONDS_BETWEEN_SAVES = 20


@dataclass(frozen=True, kw_only=True, eq=False)
class Resume:
    """State that a training starts from and leaves behind."""

    folder: Path | None = None
    """Checkpoint folder to resume from, and to save to between epochs; None saves nothing."""
    optimizer: OptimizerState | None = None
    """Optimizer state of an earlier training of the same model; after the training it holds the new state. The schedule
    of the learning rate restarts. With a regressor (hints) the state is not restored and not updated."""


class Checkpoint:
    """Weights, optimizer and epoch of a training in a folder; does nothing without a folder."""

    def __init__(self, folder: Path | None, training: tf.Module, optimizer: tf_keras.optimizers.Optimizer):
        self._epoch = tf.Variable(tf.constant(0, tf.int64))
        self._manager = None
        if folder is not None:
            state = tf.train.Checkpoint(training=training, optimizer=optimizer, epoch=self._epoch)
            self._manager = tf.train.CheckpointManager(state, str(folder), max_to_keep=1)

    def restore(self) -> int:
        """Restore the saved state; returns the number of epochs that it was trained for."""
        if self._manager is None or self._manager.latest_checkpoint is None:
            return 0
        self._manager.restore_or_initialize()
        return int(self._epoch.numpy())

    def callbacks(self) -> list[tf_keras.callbacks.Callback]:
        """Callbacks for `fit` that save the state."""
        manager = self._manager
        if manager is None:
            return []
        saved = time.monotonic()

        def save(epoch: int, _logs) -> None:
            nonlocal saved
            # Repeating short epochs is cheaper than saving after each.
            if time.monotonic() - saved >= SECONDS_BETWEEN_SAVES:
                self._epoch.assign(epoch + 1)
                manager.save()
                saved = time.monotonic()

        return [tf_keras.callbacks.LambdaCallback(on_epoch_end=save)]
