"""Refusing settings by name."""

import math
from collections.abc import Callable


def require(group: str, settings: object, name: str, allowed: str, fits: Callable[[object], bool]) -> None:
    """Raise `ValueError` that names the field, its value and what is allowed, unless it fits and is finite."""
    value = getattr(settings, name)
    if (isinstance(value, float) and not math.isfinite(value)) or not fits(value):
        raise ValueError(f"{group}.{name} is {value}: it must be {allowed}")
