"""Networks of teachers that are trained here: wide residual nets, quick ones, and backbones with a head."""

import numpy as np
import tensorflow as tf
import tf_keras

from distill.backbones.network import backbone_net
from distill.examples import Examples, scaled
from distill.teacher import Teacher

_LAYERS = tf_keras.layers
_LARGE = 64
"""Side from which on a quick net works at half of the resolution."""


def build_teacher(
    settings: Teacher,
    *,
    input_shape: tuple[int, int, int],
    classes: int,
    seed: int,
    examples: Examples | None = None,
) -> tf_keras.Model:
    """A tf_keras model from scaled pixels to logits (batch, classes); equal arguments give equal initial weights.

    Args:
        settings: family, width, groups and depth count, or what `backbone_net` takes.
        examples: data whose patches the quick net's first layer whitens; None leaves that layer's weights random, for
            weights that are loaded afterwards.

    Raises:
        TeacherRefused: a backbone that cannot be had, or is none for these data.
    """
    if settings.backbone is not None:
        return backbone_net(settings, input_shape=input_shape, classes=classes, seed=seed).model
    tf_keras.utils.set_random_seed(seed)
    image = _LAYERS.Input(input_shape)
    if settings.family == "wide":
        features = _wide(image, [settings.width * 2**group for group in range(settings.groups)], settings.depth)
    else:
        features = _quick(image, settings.width, settings.groups, settings.depth, examples)
    # Logits in full precision, in mixed_bfloat16 too.
    return tf_keras.Model(image, _LAYERS.Dense(classes, dtype="float32")(features), name="teacher")


def _wide(image, widths: list[int], depth: int):
    """Pre-activation wide residual net (Zagoruyko & Komodakis 2016): each group but the first strides."""
    x = _conv(image, widths[0])
    for group, width in enumerate(widths):
        for block in range(depth):
            stride = 2 if group > 0 and block == 0 else 1
            entry = _active(x)
            shortcut = x if stride == 1 and x.shape[-1] == width else _conv(entry, width, 1, stride)
            x = _LAYERS.Add()([shortcut, _conv(_active(_conv(entry, width, 3, stride)), width)])
    return _LAYERS.GlobalAveragePooling2D()(_active(x))


def _quick(image, width: int, groups: int, depth: int, examples: Examples | None):
    """After airbench (Jordan 2024, "94% on CIFAR-10 in 3.29 Seconds on a Single GPU", section 3).

    A fixed layer that whitens patches of 2x2, then groups that halve height and width; all but the first are four times
    as wide. A group's first convolution works before the pooling, its `depth` others after.
    """
    # Larger pictures take four times the work for little: the patches then stand side by side.
    stride = 2 if min(image.shape[1:3]) >= _LARGE else 1
    x = _LAYERS.ReLU()(_whitening(image, examples, stride))
    for channels in [width] + [4 * width] * (groups - 1):
        x = _active(_LAYERS.MaxPooling2D(padding="same")(_conv(x, channels)))
        for _ in range(depth):
            x = _active(_conv(x, channels))
    return _LAYERS.GlobalMaxPooling2D()(x)


def _whitening(image, examples: Examples | None, stride: int):
    """A convolution of 2x2 whose outputs have the covariance 1, each with its negative; fixed."""
    channels = image.shape[-1]
    size = 4 * channels
    layer = _LAYERS.Conv2D(2 * size, 2, stride, padding="same", use_bias=False, trainable=False, name="whitening")
    output = layer(image)
    if examples is not None:
        pixels = scaled(examples.pixels[:5_000].astype(np.float32))
        patches = tf.image.extract_patches(pixels, [1, 2, 2, 1], [1] * 4, [1] * 4, "VALID").numpy().reshape(-1, size)
        variances, directions = np.linalg.eigh(np.cov(patches.T))
        # Directions of small variance are noise: the constant keeps them from being amplified.
        filters = (directions / np.sqrt(variances + 5e-4)).reshape(2, 2, channels, size)
        layer.set_weights([np.concatenate([filters, -filters], axis=-1)])
    return output


def _conv(x, width: int, kernel: int = 3, stride: int = 1):
    return _LAYERS.Conv2D(width, kernel, stride, "same", use_bias=False, kernel_initializer="he_normal")(x)


def _active(x):
    return _LAYERS.ReLU()(_LAYERS.BatchNormalization(momentum=0.9)(x))
