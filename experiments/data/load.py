"""A data set as train, validation and test examples: fixed, stratified and disjoint."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from deploy.bundle.preprocessing import Sound
from distill.examples import Examples, Splits
from experiments.data.settings import Data
from experiments.errors import UserError


@dataclass(frozen=True, kw_only=True, eq=False)
class DataSet:
    """What an experiment learns from. The test split is behind a call: only the last gate makes it."""

    train: Examples
    validation: Examples
    load_test: Callable[[], Examples]
    labels: tuple[str, ...]
    sound: Sound | None
    """How clips become pixels; None for pictures."""
    homepage: str
    """Where the data set is from, as TFDS has it."""
    digest: str
    """SHA-256 over the training and validation examples."""
    train_rows: np.ndarray
    """Where each training example stands in TFDS's train split."""
    validation_rows: np.ndarray
    """Where each validation example stands there."""
    rows_in_all: int
    """Examples of TFDS's train split."""

    @property
    def splits(self) -> Splits:
        """The examples to train and to validate on."""
        return Splits(train=self.train, validation=self.validation)


def load(data: Data) -> DataSet:
    """Prepare, read and split a data set.

    Validation is a stratified share of TFDS's train split; so is test where TFDS has no test split. Who goes where
    depends on the examples' bytes alone, not on order or seed.
    """
    builder, labels = _open(data)
    pixels, numbers = _read(builder, "train", data)
    has_test = "test" in builder.info.splits
    rank = _rank_in_class(pixels, numbers)
    in_test = np.zeros(len(rank), bool) if has_test else rank < data.test_fraction
    start = 0.0 if has_test else data.test_fraction
    in_validation = (rank >= start) & (rank < start + data.validation_fraction)
    in_train = ~in_test & ~in_validation
    if data.train_examples is not None:
        # The last in rank of each class, so that a smaller set is part of a larger one.
        kept = np.sort(np.argsort(-rank * in_train, kind="stable")[: data.train_examples])
        in_train &= np.isin(np.arange(len(rank)), kept)

    def part(mask: np.ndarray) -> Examples:
        return Examples(pixels=pixels[mask], labels=numbers[mask], classes=len(labels))

    train, validation = part(in_train), part(in_validation)
    for name, examples in (("training", train), ("validation", validation)):
        missing = [label for number, label in enumerate(labels) if not np.any(examples.labels == number)]
        if missing:
            raise UserError(
                f"the {name} split of {data.dataset} has no example of {', '.join(missing)}; "
                "raise --data.train-examples or --data.validation-fraction"
            )

    return DataSet(
        train=train,
        validation=validation,
        load_test=(lambda: load_test(data)) if has_test else (lambda: part(in_test)),
        labels=labels,
        sound=sound_of(data) if "audio" in builder.info.features else None,
        homepage=builder.info.homepage,
        digest=_digest(train, validation),
        train_rows=np.flatnonzero(in_train),
        validation_rows=np.flatnonzero(in_validation),
        rows_in_all=len(rank),
    )


def load_test(data: Data) -> Examples:
    """The whole test split alone."""
    builder, labels = _open(data)
    if "test" in builder.info.splits:
        pixels, numbers = _read(builder, "test", data)
        return Examples(pixels=pixels, labels=numbers, classes=len(labels))
    return load(data).load_test()


def sound_of(data: Data) -> Sound:
    """How the clips of a data set become pixels: one second, 64 spectra of 32 bands."""
    return Sound(sample_rate=data.sample_rate, seconds=1.0, frames=64, mels=32)


def _open(data: Data):
    from experiments.data.prepare import prepared_builder

    builder = prepared_builder(data.dataset)
    if not {"image", "audio"} & set(builder.info.features) or "label" not in builder.info.features:
        raise UserError(
            f"{data.dataset} has the features {sorted(builder.info.features)}; "
            "Potstill takes data sets with a label and an image or audio"
        )
    return builder, tuple(builder.info.features["label"].names)


def _read(builder, split: str, data: Data) -> tuple[np.ndarray, np.ndarray]:
    """uint8 pixels (examples, height, width, channels) and int64 labels."""
    import tensorflow_datasets as tfds

    from experiments.data.spectrogram import log_mel_pixels

    sound = sound_of(data)
    pixels, numbers = [], []
    for example in tfds.as_numpy(builder.as_dataset(split=split, shuffle_files=False)):
        if "audio" in example:
            pixels.append(log_mel_pixels(example["audio"], sound))
        else:
            pixels.append(example["image"])
        numbers.append(example["label"])
    if len({image.shape for image in pixels}) > 1:
        raise UserError(f"the images of {data.dataset} differ in size; Potstill takes data sets of one size")
    if pixels[0].shape[-1] not in (1, 3):
        raise UserError(f"the images of {data.dataset} have {pixels[0].shape[-1]} channels; Potstill takes 1 or 3")
    return np.stack(pixels), np.array(numbers, np.int64)


def _rank_in_class(pixels: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Where each example stands in its class, from 0 to below 1, ordered by the digest of its bytes."""
    digests = np.array([hashlib.sha256(image.tobytes()).hexdigest() for image in pixels])
    rank = np.empty(len(pixels))
    for number in np.unique(numbers):
        members = np.flatnonzero(numbers == number)
        ordered = members[np.argsort(digests[members], kind="stable")]
        rank[ordered] = np.arange(len(members)) / len(members)
    return rank


def _digest(*parts: Examples) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(str(part.pixels.shape).encode())
        digest.update(part.pixels.tobytes())
        digest.update(part.labels.tobytes())
    return digest.hexdigest()
