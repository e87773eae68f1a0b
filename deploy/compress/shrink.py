"""Regularization that prepares pruning: what is little worth becomes smaller with each epoch, until it is nothing."""

from collections.abc import Callable

import numpy as np
import tf_keras

from deploy.surgery.importance import gates

_keras = tf_keras.layers


class Shrinking(tf_keras.callbacks.Callback):
    """The proximal step of a regularizer after each epoch: lengths lose a share of their layer's mean, down to zero."""

    def __init__(self, model: tf_keras.Model, strength: float, channels: bool):
        """
        Args:
            model: that is trained, flat and functional.
            strength: share of the mean length in a layer that each length loses in an epoch.
            channels: whether channels shrink as a whole: group lasso (Yuan & Lin 2006, equation 2.1) over the filters
                that make them, or where batch normalization scales them, L1 over its scales (Liu 2017, section 3). If
                not, every weight by itself: L1.
        """
        super().__init__()
        self._strength = strength
        self._shrink: list[Callable[[], None]] = []
        if channels:
            last = model.outputs[0]._keras_history.layer
            for layer, variables in gates(model):
                if layer is not last:
                    self._shrink.append(lambda variables=variables: self._group(variables))
        else:
            for layer in model.layers:
                if type(layer) in (_keras.Conv2D, _keras.Dense):
                    self._shrink.append(lambda variable=layer.kernel: self._each(variable))

    def on_epoch_end(self, epoch, logs=None):
        for shrink in self._shrink:
            shrink()

    def _group(self, variables: list) -> None:
        """Along the last axis; the first variable is the scale or the filter, a bias goes with it."""
        values = [variable.numpy() for variable in variables]
        lengths = np.sqrt((values[0].reshape(-1, values[0].shape[-1]) ** 2).sum(axis=0))
        kept = self._kept(lengths)
        for variable, value in zip(variables, values):
            variable.assign(value * kept)

    def _each(self, variable) -> None:
        value = variable.numpy()
        variable.assign(value * self._kept(np.abs(value)))

    def _kept(self, lengths: np.ndarray) -> np.ndarray:
        """The share that is left of each length."""
        return np.maximum(0, 1 - self._strength * lengths.mean() / np.maximum(lengths, 1e-12))
