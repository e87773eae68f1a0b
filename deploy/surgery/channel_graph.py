"""Which channels of a model belong together: one that is removed is removed wherever it flows.

Every channel of every tensor has a number. A convolution makes new ones; batch normalization, activations and pooling
hand them on; a sum makes those of its inputs the same; a concatenation puts them side by side (the grouping of Fang
2023, DepGraph, section 3, for flat graphs).
"""

import math

import numpy as np
import tf_keras

from deploy.surgery.flat import ModelRefused, copied, require_flat, sources

_keras = tf_keras.layers
MAKERS = (_keras.Conv2D, _keras.Dense)
"""Layers whose output channels are their own."""
_HANDED_ON = (
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
_MERGED = (_keras.Add, _keras.Subtract, _keras.Multiply, _keras.Average, _keras.Maximum, _keras.Minimum)


class ChannelGraph:
    """The channels of a flat functional model. Raises `ModelRefused` for any other."""

    def __init__(self, model: tf_keras.Model):
        """`model` is left as it is; its layers are looked at in a copy of its own."""
        require_flat(model)
        self.model = copied(model)
        self._parents: list[int] = []
        self._outputs: dict[str, np.ndarray] = {}
        for layer in self.model.layers:
            self._outputs[layer.name] = self._numbered(layer)
        roots = np.array([self._root(number) for number in range(len(self._parents))])
        _, self._canonical = np.unique(roots, return_inverse=True)
        self.count = int(self._canonical.max()) + 1
        """How many channels there are that can be told apart."""
        self.fixed = np.zeros(self.count, bool)
        """Those that must stay: of the model's inputs and outputs."""
        for tensor in (*self.model.inputs, *self.model.outputs):
            self.fixed[self.outputs(tensor._keras_history.layer)] = True
        self.groups = self._grouped()
        """Channels (arrays of numbers) that the same layers make: the widths that change together."""

    def outputs(self, layer: tf_keras.layers.Layer) -> np.ndarray:
        """The channel of each of a layer's outputs along the last axis."""
        return self._canonical[self._outputs[layer.name]]

    def inputs(self, layer: tf_keras.layers.Layer) -> np.ndarray:
        """The channel of each of a layer's inputs along the last axis; of the first, where there are several."""
        return self._canonical[self._outputs[sources(layer)[0].name]]

    def macs(self, keep: np.ndarray) -> int:
        """Multiply-accumulate operations with the channels (a bool for each) that are kept."""
        total = 0
        for layer in self.model.layers:
            if isinstance(layer, (*MAKERS, _keras.DepthwiseConv2D)):
                width = int(keep[self.outputs(layer)].sum())
                each = 1 if isinstance(layer, _keras.DepthwiseConv2D) else int(keep[self.inputs(layer)].sum())
                pixels = math.prod(layer.output_shape[1:-1])
                total += pixels * math.prod(getattr(layer, "kernel_size", ())) * each * width
        return total

    def _numbered(self, layer) -> np.ndarray:
        if isinstance(layer, _keras.InputLayer):
            return self._fresh(layer.output.shape[-1])
        given = [self._outputs[source.name] for source in sources(layer)]
        if isinstance(layer, _keras.DepthwiseConv2D):
            return np.repeat(given[0], layer.depth_multiplier)
        if isinstance(layer, _keras.Conv2DTranspose | _keras.SeparableConv2D) or getattr(layer, "groups", 1) != 1:
            raise ModelRefused(_unknown(layer))
        if isinstance(layer, MAKERS):
            return self._fresh(layer.output_shape[-1])
        if isinstance(layer, _keras.Flatten) or (isinstance(layer, _keras.Reshape) and len(layer.output_shape) == 2):
            return np.tile(given[0], math.prod(sources(layer)[0].output_shape[1:-1]))
        if isinstance(layer, _MERGED) and len({len(each) for each in given}) == 1:
            for other in given[1:]:
                self._unite(given[0], other)
            return given[0]
        if isinstance(layer, _keras.Concatenate):
            if layer.axis in (-1, len(layer.output_shape) - 1):
                return np.concatenate(given)
            for other in given[1:]:
                self._unite(given[0], other)
            return given[0]
        if isinstance(layer, _HANDED_ON) or (
            isinstance(layer, _keras.Reshape) and layer.output_shape[-1] == len(given[0])
        ):
            return given[0]
        raise ModelRefused(_unknown(layer))

    def _fresh(self, width: int) -> np.ndarray:
        first = len(self._parents)
        self._parents += range(first, first + width)
        return np.arange(first, first + width)

    def _root(self, number: int) -> int:
        while self._parents[number] != number:
            self._parents[number] = self._parents[self._parents[number]]
            number = self._parents[number]
        return number

    def _unite(self, some: np.ndarray, others: np.ndarray) -> None:
        for a, b in zip(some, others):
            self._parents[self._root(b)] = self._root(a)

    def _grouped(self) -> list[np.ndarray]:
        makers: dict[int, list[str]] = {number: [] for number in range(self.count)}
        for layer in self.model.layers:
            if isinstance(layer, MAKERS):
                for number in self.outputs(layer):
                    makers[number].append(layer.name)
        groups: dict[tuple[str, ...], list[int]] = {}
        for number in np.flatnonzero(~self.fixed):
            groups.setdefault(tuple(makers[number]), []).append(number)
        return [np.array(numbers) for numbers in groups.values()]


def narrowed(graph: ChannelGraph, keep: np.ndarray) -> tf_keras.Model:
    """A smaller dense model that has only the channels kept, with their weights.

    It computes what the graph's model would if every channel that is left out were zero wherever it flows.

    Args:
        keep: a bool for each channel; the fixed ones are True.
    """
    assert keep[graph.fixed].all()

    def resized(layer):
        config = layer.get_config()
        if not isinstance(layer, _keras.InputLayer):
            width = int(keep[graph.outputs(layer)].sum())
            if isinstance(layer, _keras.Conv2D):
                config["filters"] = width
            elif isinstance(layer, _keras.Dense):
                config["units"] = width
            elif isinstance(layer, _keras.Reshape):
                config["target_shape"] = (*layer.target_shape[:-1], width)
        return type(layer).from_config(config)

    small = tf_keras.models.clone_model(graph.model, clone_function=resized)
    for layer in graph.model.layers:
        if layer.weights:
            small.get_layer(layer.name).set_weights(_sliced(graph, layer, keep))
    return small


def _sliced(graph: ChannelGraph, layer, keep: np.ndarray) -> list[np.ndarray]:
    """A layer's weights for the channels kept."""
    made, read = keep[graph.outputs(layer)], keep[graph.inputs(layer)]
    sliced = []
    for array in layer.get_weights():
        if array.ndim == 1:
            sliced.append(array[made])
        elif isinstance(layer, _keras.DepthwiseConv2D):
            sliced.append(array[:, :, read])
        else:
            sliced.append(array[..., read, :][..., made])
    return sliced


def _unknown(layer) -> str:
    return (
        f"the channels of {layer.name} ({type(layer).__name__}) cannot be followed; what can: Conv2D without groups, "
        "DepthwiseConv2D, Dense, BatchNormalization, activations, pooling, padding, Add, Concatenate, Flatten"
    )
