"""A data set as train, validation and test examples: fixed, stratified and disjoint."""

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from deploy.bundle.preprocessing import Rendering
from distill.examples import UNLABELLED, Examples, Splits
from experiments.data.decoder_of import decoder_of
from experiments.data.read_split import SplitExamples, digest_of, read_split
from experiments.data.settings import Data
from experiments.data.sources.items import Source
from experiments.data.sources.open import open_source
from experiments.data.sources.unlabelled import open_unlabelled, with_items_behind
from experiments.data.split import fewer, grouped, rank_in_class, require_all_classes
from experiments.data.unlabelled import with_unlabelled
from search.task import Task


@dataclass(frozen=True, kw_only=True, eq=False)
class DataSet:
    """Training and validation examples; the test split is behind a call, which only the last gate makes."""

    train: Examples
    """Each with a label."""
    validation: Examples
    load_test: Callable[[], Examples]
    labels: tuple[str, ...]
    rendering: Rendering | None
    """Of clips as spectrograms, or of texts; None for pictures."""
    homepage: str
    """Address of the data set's origin, as TFDS has it."""
    digest: str
    """SHA-256 over the training and validation examples, and the unlabelled ones."""
    labelled_digest: str
    """SHA-256 without the unlabelled ones, which a teacher that is trained on labels never sees."""
    train_rows: np.ndarray
    """Position of each training example in the source's train split."""
    validation_rows: np.ndarray
    """Position of each validation example there."""
    rows_in_all: int
    """Examples of the source's train split, and of its validation split behind them."""
    published: bool = True
    """A data set of TFDS, under the name that everybody knows."""
    notes: tuple[str, ...] = ()
    """Changes to the splits, in words."""
    taught: Examples | None = None
    """Those to train on and unlabelled ones behind them; None where there are none of these."""

    @property
    def task(self) -> Task:
        """The shape of the inputs, and the number of classes."""
        return Task(input_shape=self.train.input_shape, classes=self.train.classes)

    @property
    def splits(self) -> Splits:
        """The examples to train and to validate on."""
        return Splits(train=self.train, validation=self.validation, taught=self.taught)

    @property
    def unlabelled(self) -> int:
        """The number of unlabelled examples."""
        return 0 if self.taught is None else len(self.taught) - len(self.train)


def load(data: Data) -> DataSet:
    """Prepare, read, decode and split a data set.

    Validation is a stratified share of the train split where the source has none, and so is test. The split of an
    example depends on the examples' bytes alone, not on order or seed. Of a user's own files, near duplicates are on
    one side, and an example of the test split is in no other.
    """
    source = open_source(data)
    decoder = decoder_of(source, data)
    if data.unlabelled is not None:
        source = with_items_behind(source, open_unlabelled(data.unlabelled, source))
    read = functools.partial(read_split, source, decoder, data)
    everything, notes = read("train"), list(source.notes)
    more = bool(np.any(everything.examples.labels == UNLABELLED))
    train = everything.part(everything.examples.labels != UNLABELLED) if more else everything
    digests, labels = train.digests, train.examples.labels
    validation = read("validation") if "validation" in source.splits else None
    groups = None
    if not source.published:
        groups = grouped(train.small, digests)
        if groups.duplicates:
            notes.append(f"{groups.duplicates:,} near duplicates are in the split of what they duplicate")
    if validation is not None and (repeated := int(np.isin(validation.digests, digests).sum())):
        count = len(validation.examples)
        notes.append(f"{repeated:,} of {count:,} examples of validation are in train too: it is split anew")
        validation = None
    in_test, in_validation = _parts(rank_in_class(digests, labels, groups), data, source, validation)
    leaked = np.zeros(len(labels), bool)
    test = read("test") if "test" in source.splits and (more or not source.published) else None
    if test is not None and not source.published:
        leaked = np.isin(digests, test.digests)
        if leaked.any():
            notes.append(f"{leaked.sum():,} examples of train are in test too: they are left out of train")
    in_train = ~in_test & ~in_validation & ~leaked
    if data.train_examples is not None:
        in_train = fewer(in_train, rank_in_class(digests, labels), data.train_examples)
    parts = [train.part(in_train), train.part(in_validation & ~leaked) if validation is None else validation]
    splits = Splits(train=parts[0].examples, validation=parts[1].examples)
    alike = digests if groups is None else groups.groups
    require_all_classes(source, splits, labels, alike, leaked)
    digest, taught = digest_of(*parts), None
    if more:
        taught, note = with_unlabelled(everything, in_train, (parts[1], test or train.part(in_test)), data)
        notes.append(note)
    rows = np.arange(len(labels))
    # Those of validation are counted behind those of train.
    behind = 0 if validation is None else len(validation.examples)
    return DataSet(
        train=splits.train,
        validation=splits.validation,
        load_test=(lambda: read("test").examples)
        if "test" in source.splits
        else (lambda: train.part(in_test).examples),
        labels=source.classes,
        rendering=decoder.rendering,
        homepage=source.homepage,
        published=source.published,
        digest=digest_of(taught, parts[1]) if taught else digest,
        labelled_digest=digest,
        taught=taught.examples if taught else None,
        notes=tuple(notes),
        train_rows=rows[in_train],
        validation_rows=len(rows) + np.arange(behind) if behind else rows[in_validation & ~leaked],
        rows_in_all=len(rows) + behind,
    )


def load_test(data: Data) -> Examples:
    """The whole test split alone."""
    source = open_source(data)
    if "test" in source.splits:
        return read_split(source, decoder_of(source, data), data, "test").examples
    return load(data).load_test()


def _parts(
    rank: np.ndarray, data: Data, source: Source, validation: SplitExamples | None
) -> tuple[np.ndarray, np.ndarray]:
    """The examples of train that become test, and those that become validation."""
    tested = 0.0 if "test" in source.splits else data.test_fraction
    validated = 0.0 if validation is not None else data.validation_fraction
    return rank < tested, (rank >= tested) & (rank < tested + validated)
