"""Choice among several files of a student: the rule by which one of them ships."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

AS_ACCURATE = 0.001
"""Accuracies that differ by so little, 0.1 point, count as equal."""
_AS_SMALL = 1.01
"""Downloads whose ratio is no more count as equal."""


class File(Protocol):
    """The figures that the rule looks at."""

    @property
    def validation_accuracy(self) -> float:
        """From 0 to 1."""
        ...

    @property
    def gzip_bytes(self) -> int:
        """The download."""
        ...

    @property
    def latency_ms(self) -> float | None:
        """None where it could not be measured."""
        ...


F = TypeVar("F", bound=File)


def best_file(files: Sequence[F]) -> F:
    """The most accurate file on validation; within 0.1 point of it the smallest download, within 1 % the fastest.

    Args:
        files: those inside every limit, at least one.
    """
    most = max(file.validation_accuracy for file in files)
    # Shares of examples are quotients: equal differences may differ in the last place.
    close = [file for file in files if file.validation_accuracy >= most - AS_ACCURATE - 1e-9]
    least = min(file.gzip_bytes for file in close)
    small = [file for file in close if file.gzip_bytes <= _AS_SMALL * least]
    return min(small, key=lambda file: (file.latency_ms or 0.0, -file.validation_accuracy))
