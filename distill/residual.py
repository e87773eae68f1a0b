"""Teachers that Potstill trains itself: residual nets, wide or quick to train."""

import tf_keras

from distill.teacher import Family

_LAYERS = tf_keras.layers


def build_residual(
    *,
    family: Family = "wide",
    width: int,
    groups: int,
    depth: int,
    input_shape: tuple[int, int, int],
    classes: int,
    seed: int,
) -> tf_keras.Model:
    """A tf_keras model from scaled pixels to logits (batch, classes); equal arguments give equal initial weights.

    Args:
        family: `wide` or `quick`, see `_wide` and `_quick`.
        width: channels of the first group of blocks; each further group doubles them.
        groups: groups of residual blocks.
        depth: residual blocks in a group.
    """
    tf_keras.utils.set_random_seed(seed)
    image = _LAYERS.Input(input_shape)
    features = (_wide if family == "wide" else _quick)(image, [width * 2**group for group in range(groups)], depth)
    # Logits in full precision, whatever the layers before compute in.
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


def _quick(image, widths: list[int], depth: int):
    """After the ResNet-9 of Page 2018, "How to train your ResNet": few layers, most work at small maps.

    A stem of half the width; each group widens by a convolution, halves by pooling, then has its residual blocks.
    """
    x = _active(_conv(image, max(1, widths[0] // 2)))
    for width in widths:
        x = _active(_LAYERS.MaxPooling2D(padding="same")(_conv(x, width)))
        for _ in range(depth):
            x = _LAYERS.Add()([x, _active(_conv(_active(_conv(x, width)), width))])
    return _LAYERS.GlobalMaxPooling2D()(x)


def _conv(x, width: int, kernel: int = 3, stride: int = 1):
    return _LAYERS.Conv2D(width, kernel, stride, "same", use_bias=False, kernel_initializer="he_normal")(x)


def _active(x):
    return _LAYERS.ReLU()(_LAYERS.BatchNormalization(momentum=0.9)(x))
