"""The address of a teacher bank, and the folder of one on disk."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from distill.views.augmentation import Views

MOST_VIEWS = 64
"""Banks of up to so many views are looked for, to add views to them or to use the first of theirs."""


@dataclass(frozen=True, kw_only=True)
class BankPlace:
    """The place of one bank on a disk."""

    banks: Path
    """Folder that holds banks."""
    address: str

    @property
    def folder(self) -> Path:
        """The bank's own folder."""
        return self.banks / self.address

    @property
    def lock(self) -> Path:
        """File to lock while the bank is written."""
        return self.banks / f"{self.address}.lock"


def bank_address(
    *, data_digest: str, teacher_digest: str, views: Views, top_k: int, features: tuple[str, ...] = ()
) -> str:
    """The address of the bank of these ingredients: 16 hexadecimal digits; a change of any ingredient changes it."""
    ingredients = {
        "data": data_digest,
        "teacher": teacher_digest,
        "augmentation": views.augmentation.to_record(),
        "views": views.count,
        "seed": views.seed,
        "top_k": top_k,
        "features": sorted(features),
    }
    return hashlib.sha256(json.dumps(ingredients, sort_keys=True).encode()).hexdigest()[:16]
