"""Settings of a data set and its splits."""

from dataclasses import dataclass
from typing import Literal

_LARGEST_SIDE, _MOST_FEATURES = 2_048, 4_096


@dataclass(frozen=True, kw_only=True)
class Data:
    """A data set and the sizes of its splits."""

    dataset: str
    """A folder with a folder for each class, a .npz with pictures and labels, a .csv or .tsv with texts and labels,
    FILE.py:CLASS of a TensorFlow Datasets builder, or the name of one with a label and an image, audio or text, such as
    `cifar10` or `name/config`."""
    label: str = "label"
    """Feature or column that holds the class."""
    unlabelled: str | None = None
    """More examples, without labels, for the teacher to label and students to learn from: a folder of pictures or WAV
    files, at any depth, a .npz of pictures, or a .csv, .tsv or .txt of texts. None is none."""
    validation_fraction: float = 0.1
    """Share of TFDS's train split, by class, that is kept for validation."""
    test_fraction: float = 0.15
    """Share kept for the test where TFDS has no test split."""
    train_examples: int | None = None
    """Train on that many examples only; None takes all."""
    image_size: int | tuple[int, int] | None = None
    """Side of the pictures, or their height and width, that all are cut and averaged to; None is their own size, or one
    that suits them where they differ."""
    channels: Literal[1, 3] | None = None
    """Channels of the pictures: grey, or red, green and blue; None is what they have, colour where one has it."""
    skip_damaged: bool = False
    """Leave out files that cannot be decoded, instead of naming them and stopping."""
    sample_rate: int = 16_000
    """Samples a second, for audio."""
    tokens: int | None = None
    """Tokens of a text that are read; None is as many as 98 of 100 texts have, at most 64."""
    word_features: int = 256
    """Ternary features that each token is hashed into."""
    trigram_features: int = 128
    """Further ones for its parts of three characters, which unknown words share with others; 0 is none."""

    def __post_init__(self):
        if not (0 < self.validation_fraction < 1 and 0 < self.test_fraction < 1):
            raise ValueError(
                f"data.validation_fraction {self.validation_fraction} and data.test_fraction {self.test_fraction} "
                "must be between 0 and 1"
            )
        if self.validation_fraction + self.test_fraction >= 1:
            raise ValueError("data.validation_fraction and data.test_fraction leave nothing to train on")
        sides = (self.image_size,) if isinstance(self.image_size, int) else self.image_size or ()
        if not all(1 <= side <= _LARGEST_SIDE for side in sides):
            raise ValueError(f"data.image_size is {self.image_size}: sides are from 1 to {_LARGEST_SIDE}, or None")
        for name, least in (("tokens", 1), ("word_features", 1), ("trigram_features", 0)):
            value = getattr(self, name)
            if value is not None and not least <= value <= _MOST_FEATURES:
                raise ValueError(f"data.{name} is {value}: it must be from {least} to {_MOST_FEATURES:,}")
        if self.train_examples is not None and self.train_examples < 1:
            raise ValueError(f"data.train_examples is {self.train_examples}: it must be 1 or more, or None")
