"""Channels of a model that depend on each other: one that is removed is removed wherever it flows.

Every channel of every tensor has a number. A convolution creates new channels; batch normalization, activations and
pooling pass theirs on; a sum unites those of its inputs; a concatenation puts them side by side (the grouping of
DepGraph, Fang 2023, section 3, for flat graphs).
"""

import math

import numpy as np
import tf_keras

from deploy.surgery.flat import ModelRefused, copied, input_layer, output_layer, require_flat, sources

_keras = tf_keras.layers
PRODUCERS = (_keras.Conv2D, _keras.Dense)
"""Layers that create their output channels."""
_PASSED_ON = (
    _keras.BatchNormalization,
    _keras.ReLU,
    _keras.LeakyReLU,
    _keras.ELU,
    _keras.Activation,
    _keras.Softmax,
    _keras.Dropout,
    _keras.SpatialDropout2D,
    _keras.Rescaling,
    _keras.MaxPooling2D,
    _keras.AveragePooling2D,
    _keras.GlobalAveragePooling2D,
    _keras.GlobalMaxPooling2D,
    _keras.ZeroPadding2D,
    _keras.Cropping2D,
    _keras.UpSampling2D,
)
_ELEMENTWISE = (_keras.Add, _keras.Subtract, _keras.Multiply, _keras.Average, _keras.Maximum, _keras.Minimum)


class ChannelGraph:
    """The channels of a flat functional model, numbered from 0; channels that must be equal have one number.

    Raises `ModelRefused` for a model that is not flat, and for a layer whose channels cannot be followed.
    """

    def __init__(self, model: tf_keras.Model):
        """`model` is left as it is: the graph refers to the layers of a copy."""
        require_flat(model)
        self.model = copied(model)
        # A disjoint-set forest over the channels as they were created: united channels have one root.
        self._parents: list[int] = []
        self._outputs: dict[str, np.ndarray] = {}
        for layer in self.model.layers:
            self._outputs[layer.name] = self._numbered(layer)
        roots = np.array([self._root(number) for number in range(len(self._parents))])
        _, self._numbers = np.unique(roots, return_inverse=True)
        self.count = int(self._numbers.max()) + 1
        """Number of channels, united ones counted once."""
        self.fixed = np.zeros(self.count, bool)
        """True for channels that must stay: those of the model's inputs and outputs."""
        for layer in (input_layer(self.model), output_layer(self.model)):
            self.fixed[self.outputs(layer)] = True
        self.groups = self._grouped()
        """Arrays of channels with the same producers: the widths that change together. Fixed ones are in none."""

    def outputs(self, layer: tf_keras.layers.Layer) -> np.ndarray:
        """The channels of a layer's output along the last axis."""
        return self._numbers[self._outputs[layer.name]]

    def inputs(self, layer: tf_keras.layers.Layer) -> np.ndarray:
        """The channels of a layer's input along the last axis; of its first input, where there are several."""
        return self._numbers[self._outputs[sources(layer)[0].name]]

    def macs(self, keep: np.ndarray) -> int:
        """Multiply-accumulate operations of one inference with some channels only.

        Args:
            keep: bools of shape (channels,).
        """
        total = 0
        for layer in self.model.layers:
            if isinstance(layer, (*PRODUCERS, _keras.DepthwiseConv2D)):
                width = int(keep[self.outputs(layer)].sum())
                depth = 1 if isinstance(layer, _keras.DepthwiseConv2D) else int(keep[self.inputs(layer)].sum())
                pixels = math.prod(layer.output_shape[1:-1])
                total += pixels * math.prod(getattr(layer, "kernel_size", ())) * depth * width
        return total

    def _numbered(self, layer) -> np.ndarray:
        """The channels of a layer's output, before union."""
        if isinstance(layer, _keras.InputLayer):
            return self._created(self.model.input_shape[-1])
        inputs = [self._outputs[source.name] for source in sources(layer)]
        if isinstance(layer, _keras.DepthwiseConv2D):
            return np.repeat(inputs[0], layer.depth_multiplier)
        if isinstance(layer, _keras.Conv2DTranspose | _keras.SeparableConv2D) or getattr(layer, "groups", 1) != 1:
            raise ModelRefused(_unknown(layer))
        if isinstance(layer, PRODUCERS):
            return self._created(layer.output_shape[-1])
        if isinstance(layer, _keras.Flatten) or (isinstance(layer, _keras.Reshape) and len(layer.output_shape) == 2):
            return np.tile(inputs[0], math.prod(sources(layer)[0].output_shape[1:-1]))
        if isinstance(layer, _ELEMENTWISE) and len({len(channels) for channels in inputs}) == 1:
            return self._united(inputs)
        if isinstance(layer, _keras.Concatenate):
            if layer.axis in (-1, len(layer.output_shape) - 1):
                return np.concatenate(inputs)
            return self._united(inputs)
        if isinstance(layer, _PASSED_ON) or (
            isinstance(layer, _keras.Reshape) and layer.output_shape[-1] == len(inputs[0])
        ):
            return inputs[0]
        raise ModelRefused(_unknown(layer))

    def _created(self, width: int) -> np.ndarray:
        first = len(self._parents)
        self._parents += range(first, first + width)
        return np.arange(first, first + width)

    def _root(self, number: int) -> int:
        while self._parents[number] != number:
            self._parents[number] = self._parents[self._parents[number]]
            number = self._parents[number]
        return number

    def _united(self, inputs: list[np.ndarray]) -> np.ndarray:
        for channels in inputs[1:]:
            for a, b in zip(inputs[0], channels):
                self._parents[self._root(b)] = self._root(a)
        return inputs[0]

    def _grouped(self) -> list[np.ndarray]:
        producers: dict[int, list[str]] = {number: [] for number in range(self.count)}
        for layer in self.model.layers:
            if isinstance(layer, PRODUCERS):
                for number in self.outputs(layer).tolist():
                    producers[number].append(layer.name)
        groups: dict[tuple[str, ...], list[int]] = {}
        for number in np.flatnonzero(~self.fixed).tolist():
            groups.setdefault(tuple(producers[number]), []).append(number)
        return [np.array(numbers) for numbers in groups.values()]


def _unknown(layer) -> str:
    return (
        f"the channels of {layer.name} ({type(layer).__name__}) cannot be followed; what can: Conv2D without groups, "
        "DepthwiseConv2D, Dense, BatchNormalization, activations, pooling, padding, Add, Concatenate, Flatten"
    )
