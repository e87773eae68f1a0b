"""A data set as train, validation and test examples: fixed, stratified and disjoint."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from deploy.bundle.preprocessing import Sound
from deploy.digests import sha256_of
from distill.examples import Examples, Splits
from experiments.data.settings import Data
from experiments.errors import UserError
from search.task import Task


@dataclass(frozen=True, kw_only=True, eq=False)
class DataSet:
    """Training and validation examples; the test split is behind a call, which only the last gate makes."""

    train: Examples
    validation: Examples
    load_test: Callable[[], Examples]
    labels: tuple[str, ...]
    sound: Sound | None
    """Spectrogram of the clips; None for pictures."""
    homepage: str
    """Address of the data set's origin, as TFDS has it."""
    digest: str
    """SHA-256 over the training and validation examples."""
    train_rows: np.ndarray
    """Position of each training example in TFDS's train split."""
    validation_rows: np.ndarray
    """Position of each validation example there."""
    rows_in_all: int
    """Examples of TFDS's train split."""

    @property
    def task(self) -> Task:
        """The shape of the inputs, and the number of classes."""
        return Task(input_shape=self.train.input_shape, classes=self.train.classes)

    @property
    def splits(self) -> Splits:
        """The examples to train and to validate on."""
        return Splits(train=self.train, validation=self.validation)


def load(data: Data) -> DataSet:
    """Prepare, read and split a data set.

    Validation is a stratified share of TFDS's train split; so is test where TFDS has no test split. The split of an
    example depends on the examples' bytes alone, not on order or seed.
    """
    from experiments.data.source import open_source

    source = open_source(data)
    labels, has_test = source.labels.names, source.has_test
    pixels, numbers = source.read("train")
    rank = _rank_in_class(pixels, numbers)
    in_test = np.zeros(len(rank), bool) if has_test else rank < data.test_fraction
    start = 0.0 if has_test else data.test_fraction
    in_validation = (rank >= start) & (rank < start + data.validation_fraction)
    in_train = ~in_test & ~in_validation
    if data.train_examples is not None:
        # The last in rank of each class, so that a smaller set is part of a larger one.
        last = np.argsort(-rank * in_train, kind="stable")[: data.train_examples]
        in_train &= np.isin(np.arange(len(rank)), last)

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
        sound=source.sound,
        homepage=source.builder.info.homepage,
        digest=_digest(train, validation),
        train_rows=np.flatnonzero(in_train),
        validation_rows=np.flatnonzero(in_validation),
        rows_in_all=len(rank),
    )


def load_test(data: Data) -> Examples:
    """The whole test split alone."""
    from experiments.data.source import open_source

    source = open_source(data)
    if source.has_test:
        pixels, numbers = source.read("test")
        return Examples(pixels=pixels, labels=numbers, classes=len(source.labels.names))
    return load(data).load_test()


def _rank_in_class(pixels: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Rank of each example in its class, from 0 to below 1, ordered by the digest of its bytes."""
    digests = np.array([sha256_of(image.tobytes()) for image in pixels])
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
