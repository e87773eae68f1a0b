"""A backbone with a head of the data's classes, from scaled pixels to logits."""

from dataclasses import dataclass
from typing import Any

import tf_keras

from distill.backbones.opened import RANDOM, open_backbone
from distill.backbones.pixels import in_range, settled_range
from distill.brought.builder import named_function
from distill.brought.teacher_input import InputRange, range_text
from distill.errors import TeacherRefused
from distill.teacher import Teacher

_keras = tf_keras.layers
_DROPOUT = 0.2


@dataclass(frozen=True, kw_only=True, eq=False)
class BackboneNet:
    """The network, and the settings that it came to."""

    model: tf_keras.Model
    """From scaled pixels to logits."""
    input_range: InputRange
    """Of the backbone's pixels."""
    side: tuple[int, int]
    """Height and width of the pictures that the backbone sees."""
    random: bool
    """True where the backbone begins with random weights."""

    def __str__(self) -> str:
        weights = f"{self.model.count_params():,} {'random' if self.random else 'pretrained'} weights"
        height, width = self.side
        return f"{weights}, takes pixels as {range_text(self.input_range)}, {height}x{width}"


def backbone_net(settings: Teacher, *, input_shape: tuple[int, int, int], classes: int, seed: int) -> BackboneNet:
    """Open the backbone and put a head behind it: global average pooling, dropout, and a dense layer of random weights.

    The statistics of its batch normalizations stay those of its pretraining: of small batches of other data they would
    be worse. Those of random weights are trained.

    Args:
        settings: backbone, weights, input_range and image_size count.
        input_shape: height, width and channels of the data, which are 1 or 3.

    Raises:
        TeacherRefused: the backbone cannot be had, or is none for these data.
    """
    source, (height, width, channels) = settings.backbone, input_shape
    assert source is not None, "this is the network of a backbone"
    if channels not in (1, 3):
        raise TeacherRefused(
            f"--teacher.backbone {source} takes pictures of 3 channels, the data have {channels}; only grey can be "
            "repeated: leave it out, and a teacher is trained from the start"
        )
    seen = _seen(settings, height, width)
    tf_keras.utils.set_random_seed(seed)
    input_range = settled_range(named_function(source), source, settings.input_range)
    backbone: Any = open_backbone(source, weights=settings.weights, input_shape=(*seen, 3))
    random = settings.weights == RANDOM
    if not random:
        for layer in backbone._flatten_layers():
            if isinstance(layer, _keras.BatchNormalization):
                layer.trainable = False
    # The builder may have set a seed of its own.
    tf_keras.utils.set_random_seed(seed)
    image = _keras.Input(input_shape)
    pictures = in_range(image, input_range)
    if seen != (height, width):
        pictures = _keras.Resizing(*seen, dtype="float32", name="enlarged")(pictures)
    features = backbone(pictures)
    if len(features.shape) == 4:
        features = _keras.GlobalAveragePooling2D(name="pooling")(features)
    # Logits in full precision, in mixed_bfloat16 too.
    logits = _keras.Dense(classes, dtype="float32", name="head")(_keras.Dropout(_DROPOUT, name="dropout")(features))
    model = tf_keras.Model(image, logits, name="teacher")
    return BackboneNet(model=model, input_range=input_range, side=seen, random=random)


def _seen(settings: Teacher, height: int, width: int) -> tuple[int, int]:
    """Height and width of the pictures that the backbone sees: the smaller side is `image_size`."""
    wanted, side = settings.image_size, min(height, width)
    if wanted is None:
        return height, width
    if wanted < side:
        raise TeacherRefused(
            f"--teacher.image-size is {wanted}, and the pictures are {height}x{width}: it enlarges them for the "
            "backbone; --data.image-size makes them smaller, for the students too"
        )
    return round(height * wanted / side), round(width * wanted / side)
