"""Examples of a source as they lie on disk: encoded, each with a name and a class."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

Kind = Literal["image", "audio", "text"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Items:
    """The examples of one split, in an order that stays."""

    names: Sequence[str]
    """For messages: the path of a file, or the place in an array."""
    labels: np.ndarray
    """int64 class numbers, shape (examples,)."""
    content: Callable[[int], bytes | np.ndarray]
    """An example by its number: the bytes of a file or a text in UTF-8, or pixels or samples as they are."""

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, kw_only=True, eq=False)
class Source:
    """A data set before it is decoded."""

    name: str
    """As the user gave it."""
    kind: Kind
    classes: tuple[str, ...]
    splits: Mapping[str, Callable[[], Items]]
    """By name: train, and validation and test where the source has them; each is read when it is called."""
    published: bool
    """A data set of TFDS, whose splits are the ones that everybody reports; others may hold an example twice."""
    homepage: str = ""
    """Address of its origin."""
    notes: tuple[str, ...] = ()
    """Files and folders that are passed over, in words."""


SPLITS = {
    "train": ("train", "training"),
    "validation": ("validation", "validate", "valid", "val", "dev"),
    "test": ("test", "testing", "eval"),
}
"""Names of splits as people write them."""
_BESIDE = frozenset(("set", "data", "dataset", "split", "seg", "images", "pictures", "photos", "audio"))
"""Words that stand beside them."""


def split_name(name: str) -> str | None:
    """The split that a name stands for, such as train, Valid or test_images; None for others."""
    words = set(re.split(r"[\W_]+", name.lower())) - _BESIDE
    return next((split for split, names in SPLITS.items() if len(words) == 1 and words <= set(names)), None)
