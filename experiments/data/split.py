"""Splits: by class, by the bytes of the examples, with duplicates on one side."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

SMALL_SIDE, _ALIKE, _SHARE = 16, 2.0, 0.1
"""Side of the small pictures that near duplicates are looked for in; their mean difference in levels of 255 at most,
and as a share of that of any two: where all look alike, those that look alike are no duplicates."""
_PAIRS = 1_000


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

    Of texts, which have no small versions (columns), those are in a group whose digests are equal.
    """
    if not small.shape[1]:
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
