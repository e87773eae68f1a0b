"""Names of classes."""

from typing import Any

MOST_CLASSES = 10_000


def unambiguous(values: list[Any]) -> tuple[str, ...]:
    """Names of classes as lines of text: an empty one is its number, one that two classes have is followed by it."""
    names = [" ".join(str(value).split()) for value in values]
    return tuple(
        name if name and names.count(name) == 1 else f"{name} {number}".strip() for number, name in enumerate(names)
    )
