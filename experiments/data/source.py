"""A prepared TFDS data set: its labels, and its splits as arrays of pixels."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
import tensorflow_datasets as tfds

from deploy.bundle.preprocessing import Sound
from experiments.data.labels import Labels, labels_of
from experiments.data.prepare import prepared_builder
from experiments.data.settings import Data
from experiments.data.spectrogram import log_mel_pixels
from experiments.errors import UserError


@dataclass(frozen=True, kw_only=True, eq=False)
class Source:
    """A data set on disk whose examples have a label and an image or audio."""

    dataset: str
    """Its name, as the user gave it."""
    label: str
    """Its feature that holds the class."""
    builder: tfds.core.DatasetBuilder
    labels: Labels
    sound: Sound | None
    """Spectrogram of the clips; None for pictures."""

    @property
    def has_test(self) -> bool:
        """True where TFDS has a test split."""
        return "test" in self.builder.info.splits

    def read(self, split: str) -> tuple[np.ndarray, np.ndarray]:
        """uint8 pixels (examples, height, width, channels) and int64 labels. Raises `UserError`."""
        pixels, numbers = [], []
        # TFDS hides the signature behind a decorator.
        examples = self.builder.as_dataset(split=split, shuffle_files=False)  # pyright: ignore[reportCallIssue]
        for example in tfds.as_numpy(examples):
            pixels.append(example["image"] if self.sound is None else log_mel_pixels(example["audio"], self.sound))
            numbers.append(self.labels.number(example[self.label]))
        if len({image.shape for image in pixels}) > 1:
            raise UserError(f"the images of {self.dataset} differ in size; Potstill takes data sets of one size")
        if pixels[0].shape[-1] not in (1, 3):
            raise UserError(f"the images of {self.dataset} have {pixels[0].shape[-1]} channels; Potstill takes 1 or 3")
        return np.stack(pixels), np.array(numbers, np.int64)


def open_source(data: Data) -> Source:
    """Prepare a data set. Raises `UserError` for one without a label, or without images and audio."""
    builder = prepared_builder(data.dataset)
    features = cast(Mapping[str, tfds.features.FeatureConnector], builder.info.features)
    if not {"image", "audio"} & set(features):
        raise UserError(
            f"{data.dataset} has the features {sorted(features)}; "
            "Potstill takes data sets with a label and an image or audio"
        )
    # One second of sound, as 64 spectra of 32 bands.
    sound = Sound(sample_rate=data.sample_rate, seconds=1.0, frames=64, mels=32) if "audio" in features else None
    labels = labels_of(builder, data.label)
    return Source(dataset=data.dataset, label=data.label, builder=builder, labels=labels, sound=sound)
