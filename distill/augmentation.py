"""How views of an example may differ."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Augmentation:
    """How far a view may differ from its example."""

    shift_pixels: int = 0
    """Largest shift up, down, left and right, in pixels; what comes in from outside is zero."""
    flip: bool = False
    """Mirror half of the views left to right."""

    def __post_init__(self):
        if self.shift_pixels < 0:
            raise ValueError(f"augmentation.shift_pixels is {self.shift_pixels}: it must be 0 or more")
