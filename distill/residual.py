"""Teachers that Potstill trains itself: pre-activation wide residual nets (Zagoruyko & Komodakis 2016)."""

import tf_keras


def build_residual(*, width: int, groups: int, depth: int, input_shape: tuple[int, int, int], classes: int, seed: int):
    """A tf_keras model from scaled pixels to logits (batch, classes).

    Args:
        width: channels of the first group of blocks; each further group doubles them.
        groups: groups of residual blocks; each but the first halves height and width.
        depth: residual blocks in a group.
    """
    keras = tf_keras.layers
    tf_keras.utils.set_random_seed(seed)

    def conv(x, channels, kernel=3, stride=1):
        return keras.Conv2D(channels, kernel, stride, "same", use_bias=False, kernel_initializer="he_normal")(x)

    def active(x):
        return keras.ReLU()(keras.BatchNormalization(momentum=0.9)(x))

    image = keras.Input(input_shape)
    x = conv(image, width)
    for group in range(groups):
        channels = width * 2**group
        for block in range(depth):
            stride = 2 if group > 0 and block == 0 else 1
            entry = active(x)
            shortcut = x if stride == 1 and x.shape[-1] == channels else conv(entry, channels, 1, stride)
            x = keras.Add()([shortcut, conv(active(conv(entry, channels, 3, stride)), channels)])
    pooled = keras.GlobalAveragePooling2D()(active(x))
    # Logits in full precision, whatever the layers before compute in.
    return tf_keras.Model(image, keras.Dense(classes, dtype="float32")(pooled), name="teacher")
