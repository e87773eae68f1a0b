"""Labels of a data set: names of its classes, and the class number of each example."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import tensorflow_datasets as tfds

from experiments.data.sources.class_names import MOST_CLASSES, unambiguous
from experiments.errors import UserError


@dataclass(frozen=True, kw_only=True, eq=False)
class Labels:
    """Names of the classes in the order of their numbers, and what turns a label into its number."""

    names: tuple[str, ...]
    number: Callable[[Any], int]


def labels_of(builder: tfds.core.DatasetBuilder, feature: str) -> Labels:
    """The classes of a prepared TFDS data set.

    A `ClassLabel` has names; of whole numbers and texts each value is a class, in their order.

    Raises:
        UserError: no such feature, or one that is no label.
    """
    features = dict(cast(Mapping[str, Any], builder.info.features).items())
    label = features.get(feature)
    if isinstance(label, tfds.features.ClassLabel):
        return Labels(names=_named(builder, feature, label), number=int)
    dtype = np.dtype("V" if label is None else label.np_dtype)
    if label is None or label.shape != () or dtype.kind not in "iubO":
        raise UserError(
            f"{builder.name} has the features {', '.join(sorted(features))}, and --data.label is {feature}: it must be "
            "one that holds a class, as its name, or as a whole number or a text for each"
        )
    values = sorted({_plain(value) for split in builder.info.splits for value in _column(builder, feature, split)})
    if len(values) > MOST_CLASSES:
        raise UserError(
            f"{feature} of {builder.name} has {len(values):,} values; up to {MOST_CLASSES:,} can be classes. Name the "
            "feature that holds the class with --data.label"
        )
    numbers = {value: number for number, value in enumerate(values)}
    return Labels(names=unambiguous(values), number=lambda value: numbers[_plain(value)])


def _named(builder: tfds.core.DatasetBuilder, feature: str, label: tfds.features.ClassLabel) -> tuple[str, ...]:
    names = list(label.names)
    if len(names) != label.num_classes:
        # TFDS skips empty names as it reads them, and all that follow would be of another class.
        names = Path(builder.data_dir, f"{feature}.labels.txt").read_text().split("\n")[: label.num_classes]
    return unambiguous(names)


def _column(builder: tfds.core.DatasetBuilder, feature: str, split: str):
    decoders = tfds.decode.PartialDecoding({feature: True})
    # TFDS hides the signature behind a decorator.
    dataset: Any = builder.as_dataset
    return (example[feature] for example in tfds.as_numpy(dataset(split=split, shuffle_files=False, decoders=decoders)))


def _plain(value: Any) -> int | str:
    return value.decode(errors="replace") if isinstance(value, bytes) else int(value)
