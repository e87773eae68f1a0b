"""Names of classes."""

from typing import Any

MOST_CLASSES = 10_000


def in_order(name: str) -> tuple:
    """The key to sort names of classes by: whole numbers by their size, before texts."""
    digits = name.lstrip("0")
    # Not as an int: Python refuses those of thousands of digits, and 01 and 1 must not change places.
    return (0, len(digits), digits, name) if name.isascii() and name.isdecimal() else (1, 0, "", name)


def unambiguous(values: list[Any]) -> tuple[str, ...]:
    """Names of classes as lines of text: an empty one is its number, one that two classes have is followed by it."""
    names = [" ".join(str(value).split()) for value in values]
    return tuple(
        name if name and names.count(name) == 1 else f"{name} {number}".strip() for number, name in enumerate(names)
    )
