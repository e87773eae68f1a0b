"""Splits: by class, by the bytes of the examples, with duplicates on one side."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from distill.examples import Splits
from experiments.data.sources.items import Source
from experiments.errors import UserError

SMALL_SIDE, _ALIKE, _SHARE = 16, 2.0, 0.1
"""Side of the small pictures that near duplicates are looked for in; their mean difference in levels of 255 at most,
and as a share of that of any two: where all look alike, those that look alike are no duplicates."""
_PAIRS = 1_000
_ENOUGH, _NAMED = 10, 5
"""Different examples of a class, of which the usual shares have one for each split; classes that are named."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Grouped:
    """Examples that belong together, since they are the same or nearly."""

    groups: np.ndarray
    """For each example the number of the first one of its group."""

    @property
    def duplicates(self) -> int:
        """Examples that are not the first of their group."""
        return int(np.count_nonzero(self.groups != np.arange(len(self.groups))))


def rank_in_class(digests: np.ndarray, numbers: np.ndarray, grouped: Grouped | None = None) -> np.ndarray:
    """Rank of each example in its class, from 0 to below 1, ordered by digest; a group has the rank of its first.

    Args:
        digests: of the examples.
        numbers: their classes.
    """
    rank = np.empty(len(digests))
    for number in np.unique(numbers):
        members = np.flatnonzero(numbers == number)
        ordered = members[np.argsort(digests[members], kind="stable")]
        rank[ordered] = np.arange(len(members)) / len(members)
    return rank if grouped is None else rank[grouped.groups]


def fewer(in_train: np.ndarray, rank: np.ndarray, count: int) -> np.ndarray:
    """So many of the training examples: the last in rank of each class, so that a smaller set is part of a larger."""
    last = np.argsort(-rank * in_train, kind="stable")[:count]
    return in_train & np.isin(np.arange(len(rank)), last)


def grouped(small: np.ndarray, digests: np.ndarray) -> Grouped:
    """Groups of equal and nearly equal pictures: those whose small versions differ by little.

    Of texts, which have no small versions, those are in a group whose digests are equal.
    """
    if not small.size:
        _, firsts, groups = np.unique(digests, return_index=True, return_inverse=True)
        return Grouped(groups=firsts[groups])
    small = small.astype(np.float32)
    ones, others = np.random.default_rng(0).integers(0, len(small), (2, _PAIRS))
    limit = min(_ALIKE, _SHARE * float(np.median(np.abs(small[ones] - small[others]).mean(axis=1))))
    groups = np.arange(len(small))
    # Near ones have near means: each is compared with its neighbours in that order.
    means = small.mean(axis=1)
    order = np.argsort(means, kind="stable")
    for place, number in enumerate(order):
        end = np.searchsorted(means[order], means[number] + limit, side="right")
        others = order[place + 1 : end]
        near = others[np.abs(small[others] - small[number]).mean(axis=1) <= limit] if len(others) else others
        for other in near:
            first, second = sorted((int(groups[number]), int(groups[other])))
            groups[groups == second] = first
    return Grouped(groups=groups)


def small_version(image: np.ndarray) -> np.ndarray:
    """A picture in grey, averaged to SMALL_SIDE squared, as one row."""
    picture = Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image)
    return np.asarray(picture.convert("L").resize((SMALL_SIDE, SMALL_SIDE), Image.Resampling.BOX)).ravel()


def require_all_classes(
    source: Source, splits: Splits, labels: np.ndarray, alike: np.ndarray, leaked: np.ndarray
) -> None:
    """Raise `UserError` for a class without an example to train or to validate on.

    Args:
        labels: class number of each example of the source's train split.
        alike: equal for those that are the same, or nearly.
        leaked: True for those that are in test too.
    """
    for split, examples in (("training", splits.train), ("validation", splits.validation)):
        present = np.bincount(examples.labels, minlength=len(source.classes)) > 0
        missing = np.flatnonzero(~present)
        if len(missing):
            names, first = [source.classes[number] for number in missing[:_NAMED]], source.classes[missing[0]]
            of_first = labels == missing[0]
            different, count = len(np.unique(alike[of_first])), np.count_nonzero(of_first)
            tested = np.count_nonzero(leaked & of_first)
            raise UserError(
                f"the {split} split of {source.name} has no example of {', '.join(names)}"
                f"{', ...' if len(missing) > _NAMED else ''}: there are {count:,} of {first} besides the test, "
                f"{different:,} of them different, and {tested:,} in test too; bring {_ENOUGH} or more different ones "
                "of each class, remove the class, or raise --data.train-examples where it is set"
            )
