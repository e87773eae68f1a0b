"""Augmentation settings, and the seeded views that they make of a training set."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from distill.checks import require


@dataclass(frozen=True, kw_only=True)
class Augmentation:
    """Limits of the random changes to an example. Zero, or 1 for `crop_min_area`, is off."""

    crop_min_area: float = 1.0
    """Smallest share of the image's area that is cut out, at an aspect of 3:4 to 4:3, and resized to full size."""
    translate_pixels: int = 0
    """Largest shift up, down, left and right, in pixels; pixels from outside the example are black."""
    rotate_degrees: float = 0.0
    """Largest turn to either side, in degrees."""
    flip: bool = False
    """Mirror half of the views left to right."""
    erase_max_area: float = 0.0
    """Largest share of the area that is overwritten with grey, in half of the views (Zhong 2020)."""
    drop_columns: float = 0.0
    """Share of the columns that are overwritten with grey, each by chance: tokens of a text (word dropout, Iyyer 2015,
    section 3.2)."""
    roll_channels: float = 0.0
    """Share of the columns whose channels are rolled, each by chance: such a token was never seen, and a student learns
    from a teacher to make nothing of it."""
    mixup_alpha: float = 0.0
    """Blend with a partner, by a weight from Beta(alpha, alpha) (Zhang 2018)."""
    cutmix_alpha: float = 0.0
    """Paste a box of a partner, its area from Beta(alpha, alpha) (Yun 2019); with mixup too, each has half."""
    mix_share: float = 1.0
    """Share of the views that mixup and cutmix touch."""
    mirrored_pairs: bool = False
    """Views come in pairs, the second of which is the mirror image of the first. A teacher that says the same of a
    picture and its mirror image fills the bank of both in one pass."""

    def __post_init__(self):
        require("augmentation", self, "crop_min_area", "above 0, at most 1", lambda value: 0 < value <= 1)
        require("augmentation", self, "translate_pixels", "0 or more", lambda value: value >= 0)
        require("augmentation", self, "rotate_degrees", "from 0 to 180", lambda value: 0 <= value <= 180)
        require("augmentation", self, "erase_max_area", "from 0 to below 1", lambda value: 0 <= value < 1)
        require("augmentation", self, "drop_columns", "from 0 to below 1", lambda value: 0 <= value < 1)
        require("augmentation", self, "roll_channels", "from 0 to below 1", lambda value: 0 <= value < 1)
        require("augmentation", self, "mixup_alpha", "from 0 to 100", lambda value: 0 <= value <= 100)
        require("augmentation", self, "cutmix_alpha", "from 0 to 100", lambda value: 0 <= value <= 100)
        require("augmentation", self, "mix_share", "from 0 to 1", lambda value: 0 <= value <= 1)

    def unmixed(self) -> "Augmentation":
        """The same without mixup and cutmix."""
        return replace(self, mixup_alpha=0.0, cutmix_alpha=0.0, mix_share=1.0)

    def to_record(self) -> dict[str, Any]:
        """As JSON values; what was not there once is left out where it is off, so that addresses of banks stay."""
        record = asdict(self)
        for name in ("mirrored_pairs", "drop_columns", "roll_channels"):
            if not record[name]:
                del record[name]
        return record

    @property
    def mixes(self) -> bool:
        """True if some views show two examples."""
        return self.mix_share > 0 and max(self.mixup_alpha, self.cutmix_alpha) > 0

    @property
    def resamples(self) -> bool:
        """True if views have pixels between those of the example."""
        return self.rotate_degrees > 0 or self.crop_min_area < 1


@dataclass(frozen=True, kw_only=True)
class Views:
    """The views of a training set: view v of example i is a pure function of (seed, i, v)."""

    augmentation: Augmentation
    count: int
    """Views of each example; an epoch shows one, in turn."""
    seed: int
