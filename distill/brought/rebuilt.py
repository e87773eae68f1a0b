"""A model of Keras 3 rebuilt of the layers of tf_keras, which pruning and quantization work with."""

import inspect
import operator
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
import tf_keras

from distill.brought.opened_model import short
from distill.errors import TeacherRefused

_keras = tf_keras.layers
_IDLE = ("Dropout", "GaussianNoise", "ActivityRegularization", "Random", "Identity")
"""Parts of the names of layers that do nothing at inference."""
_OPERATORS: dict[str, Callable[..., Any]] = {
    "Add": operator.add,
    "Subtract": operator.sub,
    "Multiply": operator.mul,
    "TrueDivide": operator.truediv,
    "Negative": operator.neg,
    "GetItem": operator.getitem,
    "Relu": tf.nn.relu,
    "Relu6": tf.nn.relu6,
    "Sigmoid": tf.nn.sigmoid,
    "Softmax": tf.nn.softmax,
    "Silu": tf.nn.silu,
    "Tanh": tf.nn.tanh,
}
_RENAMED = {"negative_slope": "alpha"}
_PROBES, _TOLERANCE = 2, 1e-3


def rebuilt_model(path: Path, *, trust: bool) -> tf_keras.Model:
    """The model of a file of Keras 3 in tf_keras: layer by layer, with the same weights, compared on random inputs.

    Args:
        path: of a model that is functional or sequential; sizes that it leaves open stay so.
        trust: run the code of Lambda layers as it is loaded.

    Raises:
        TeacherRefused: it cannot be loaded, has a layer that tf_keras has not, or gives other outputs there.
    """
    import keras

    name = str(path)
    try:
        model: Any = keras.models.load_model(path, compile=False, safe_mode=not trust)
    except Exception as error:
        raise TeacherRefused(
            f"{path} cannot be loaded by keras {keras.__version__}: {short(error)}; it may be damaged: save it anew"
        ) from error
    weighted: list[tuple[tf_keras.layers.Layer, list[np.ndarray]]] = []
    if len(getattr(model, "inputs", None) or ()) != 1 or len(model.outputs) != 1:
        raise TeacherRefused(f"{name} is no functional model of one input and one output; build it as one")
    image = tf_keras.Input(model.inputs[0].shape[1:])
    copy = tf_keras.Model(image, _called(model, image, name, weighted), name=model.name)
    for layer, weights in weighted:
        layer.set_weights(weights)
    shape = [size or 32 for size in model.inputs[0].shape[1:]]
    probes = np.random.default_rng(0).uniform(0, 1, (_PROBES, *shape)).astype(np.float32)
    ours, theirs = np.asarray(copy(probes, training=False)), np.asarray(model(probes, training=False))
    error = float(np.abs(ours - theirs).max())
    if not error <= _TOLERANCE * max(1.0, float(np.abs(theirs).max())):
        raise TeacherRefused(
            f"{name}, rebuilt in tf_keras, gives outputs that are {error:.3g} apart from Keras 3's; build it of plain "
            "layers, or with tf_keras"
        )
    return copy


def _called(model: Any, tensor: Any, name: str, weighted: list) -> Any:
    """The output of a Keras 3 model in tf_keras, for an input tensor there."""
    functional = getattr(model, "_functional", None) or model
    values = {id(functional.inputs[0]): tensor}
    for depth in sorted(functional._nodes_by_depth, reverse=True):
        for node in functional._nodes_by_depth[depth]:
            if node.is_input:
                continue
            args, kwargs = tf.nest.map_structure(
                lambda value: values.get(id(value), value), (node.arguments.args, dict(node.arguments.kwargs))
            )
            outputs = _output(node.operation, args, kwargs, name, weighted)
            values.update(zip(map(id, node.outputs), tf.nest.flatten(outputs)))
    return values[id(functional.outputs[0])]


def _output(operation: Any, args: tuple, kwargs: dict, name: str, weighted: list) -> Any:
    kind = type(operation).__name__
    if hasattr(operation, "_nodes_by_depth") or hasattr(operation, "_functional"):
        return _called(operation, args[0], name, weighted)
    if any(word in kind for word in _IDLE):
        return args[0]
    is_layer = hasattr(operation, "get_weights")
    if not is_layer and kind in _OPERATORS:
        return _OPERATORS[kind](*args, *kwargs.values())
    target = getattr(_keras, kind, None)
    if not is_layer or target is None:
        raise TeacherRefused(
            f"{name} has the {'layer' if is_layer else 'operation'} {operation.name} ({kind}), which tf_keras has not; "
            "build it of plain layers"
        )
    config, activation = _config(operation, target)
    layer = target.from_config(config)
    if kind != "Normalization":
        weighted.append((layer, operation.get_weights()))
    outputs = layer(*args)
    return _ACTIVATIONS[activation](outputs) if activation else outputs


def _config(operation: Any, target: type) -> tuple[dict[str, Any], str]:
    """The settings that tf_keras's layer has too, and the activation, which is applied by itself where they differ."""
    known = {name for base in target.__mro__ for name in inspect.signature(base.__init__).parameters}
    config = {}
    for key, value in operation.get_config().items():
        key = _RENAMED.get(key, key) if key not in known else key
        if key in known and not key.endswith(("_initializer", "_regularizer", "_constraint")) and key != "dtype":
            config[key] = value
    if type(operation).__name__ == "Normalization":
        config |= {name: np.asarray(getattr(operation, name)).ravel() for name in ("mean", "variance")}
    activation = config.get("activation")
    if isinstance(activation, dict):
        activation = config["activation"] = activation["config"]
    if activation in _ACTIVATIONS:
        config["activation"] = None
        return config, activation
    return config, ""


def _hard_sigmoid(tensor: Any) -> Any:
    """Keras 3 has another one than Keras 2: a sixth of x + 3, from 0 to 6."""
    return _keras.Rescaling(1 / 6)(_keras.ReLU(6.0)(_keras.Rescaling(1.0, 3.0)(tensor)))


_ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "hard_sigmoid": _hard_sigmoid,
    "hard_silu": lambda tensor: _keras.Multiply()([tensor, _hard_sigmoid(tensor)]),
    "leaky_relu": lambda tensor: _keras.LeakyReLU(0.2)(tensor),
    "relu6": lambda tensor: _keras.ReLU(6.0)(tensor),
}
"""Activations that tf_keras has in another form, or not."""
