"""Teachers that Potstill trains itself: pre-activation wide residual nets (Zagoruyko & Komodakis 2016)."""

import hashlib
from dataclasses import dataclass, field

from distill.recipe import Recipe


@dataclass(frozen=True, kw_only=True)
class Teacher:
    """The network to learn from, and how it is trained."""

    width: int = 32
    """Channels of the first group of blocks; each further group doubles them."""
    groups: int = 3
    """Groups of residual blocks; each but the first halves height and width."""
    depth: int = 1
    """Residual blocks in a group."""
    min_validation_accuracy: float | None = None
    """The run stops when the trained teacher stays below this; None takes any teacher."""
    epochs: int = 20
    """Passes over the training set."""
    recipe: Recipe = field(default_factory=Recipe)

    def __post_init__(self):
        for name in ("width", "groups", "depth", "epochs"):
            if getattr(self, name) < 1:
                raise ValueError(f"teacher.{name} is {getattr(self, name)}: it must be 1 or more")
        if self.min_validation_accuracy is not None and not 0 <= self.min_validation_accuracy <= 1:
            raise ValueError(
                f"teacher.min_validation_accuracy is {self.min_validation_accuracy}: it must be from 0 to 1, or None"
            )


def build_teacher(teacher: Teacher, *, input_shape: tuple[int, int, int], classes: int, seed: int):
    """A tf_keras model from pixels in [-1, 1] to logits."""
    import tf_keras

    keras = tf_keras.layers
    tf_keras.utils.set_random_seed(seed)

    def conv(x, width, kernel=3, stride=1):
        return keras.Conv2D(width, kernel, stride, "same", use_bias=False, kernel_initializer="he_normal")(x)

    def active(x):
        return keras.ReLU()(keras.BatchNormalization(momentum=0.9)(x))

    image = keras.Input(input_shape)
    x = conv(image, teacher.width)
    for group in range(teacher.groups):
        width = teacher.width * 2**group
        for block in range(teacher.depth):
            stride = 2 if group > 0 and block == 0 else 1
            entry = active(x)
            shortcut = x if stride == 1 and x.shape[-1] == width else conv(entry, width, 1, stride)
            x = keras.Add()([shortcut, conv(active(conv(entry, width, 3, stride)), width)])
    pooled = keras.GlobalAveragePooling2D()(active(x))
    return tf_keras.Model(image, keras.Dense(classes)(pooled), name="teacher")


def weights_digest(model) -> str:
    """SHA-256 over all weights in order."""
    digest = hashlib.sha256()
    for array in model.get_weights():
        digest.update(f"{array.dtype}{array.shape}".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()
