"""Proximal regularization before pruning: shrinks unimportant weights a little each epoch."""

from collections.abc import Callable

import numpy as np
import tf_keras

from deploy.surgery.flat import output_layer
from deploy.surgery.importance import gates

_keras = tf_keras.layers


class Shrinking(tf_keras.callbacks.Callback):
    """A callback that takes the proximal step of a regularizer after each epoch.

    Lengths, of weights or of channels, lose a share of their layer's mean length, down to zero.
    """

    def __init__(self, model: tf_keras.Model, strength: float, channels: bool):
        """
        Args:
            model: the model in training, flat and functional.
            strength: share of the mean length in a layer that each length loses in an epoch.
            channels: whether channels shrink as a whole: group lasso (Yuan & Lin 2006, equation 2.1) over the filters
                that make them, or where batch normalization scales them, L1 over its scales (Liu 2017, section 3). If
                not, every weight by itself: L1.
        """
        super().__init__()
        self._strength = strength
        self._shrink: list[Callable[[], None]] = []
        if channels:
            last = output_layer(model)
            for layer, variables in gates(model):
                if layer is not last:
                    self._shrink.append(lambda variables=variables: self._group(variables))
        else:
            for layer in model.layers:
                if type(layer) in (_keras.Conv2D, _keras.Dense):
                    self._shrink.append(lambda variable=layer.kernel: self._single(variable))

    def on_epoch_end(self, epoch, logs=None):
        for shrink in self._shrink:
            shrink()

    def _group(self, variables: list) -> None:
        """Shrink channels along the last axis by the length of the first variable, the scale or the filter."""
        values = [variable.numpy() for variable in variables]
        lengths = np.sqrt((values[0].reshape(-1, values[0].shape[-1]) ** 2).sum(axis=0))
        shares = self._shares(lengths)
        for variable, value in zip(variables, values):
            variable.assign(value * shares)

    def _single(self, variable) -> None:
        """Shrink every weight by itself."""
        value = variable.numpy()
        variable.assign(value * self._shares(np.abs(value)))

    def _shares(self, lengths: np.ndarray) -> np.ndarray:
        """The share of each length that is left."""
        return np.maximum(0, 1 - self._strength * lengths.mean() / np.maximum(lengths, 1e-12))
