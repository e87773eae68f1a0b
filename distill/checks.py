"""Validation of settings: a refusal names the field."""

import math
from collections.abc import Callable
from typing import Any


def require(group: str, settings: object, name: str, allowed: str, fits: Callable[[Any], bool]) -> None:
    """Raise `ValueError` that names the field, its value and the allowed values, unless it fits and is finite."""
    value = getattr(settings, name)
    if (isinstance(value, float) and not math.isfinite(value)) or not fits(value):
        raise ValueError(f"{group}.{name} is {value}: it must be {allowed}")
