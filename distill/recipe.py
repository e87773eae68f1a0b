"""How to train."""

import math
from dataclasses import dataclass, fields


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a model is trained: AdamW (Loshchilov & Hutter 2019), linear warm-up, then a cosine to zero."""

    epochs: int = 20
    """Passes over the training set; the search and deploy stages say their own where they train in parts."""
    batch_size: int = 64
    """Examples in a step."""
    learning_rate: float = 3e-3
    """Peak learning rate."""
    warmup_fraction: float = 0.1
    """Share of the steps in which the learning rate rises to its peak."""
    weight_decay: float = 1e-4
    """Decoupled weight decay."""
    student_loss_weight: float = 0.1
    """Weight of the labels' cross-entropy; the teacher's soft targets have the rest. Without a teacher it is 1."""
    temperature: float = 3.0
    """Temperature of the soft targets (Hinton 2015)."""

    def __post_init__(self):
        for field in fields(self):
            if not math.isfinite(getattr(self, field.name)):
                raise ValueError(f"recipe.{field.name} is {getattr(self, field.name)}: it must be a finite number")
        for name in ("epochs", "batch_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"recipe.{name} is {getattr(self, name)}: it must be 1 or more")
        for name in ("learning_rate", "temperature"):
            if getattr(self, name) <= 0:
                raise ValueError(f"recipe.{name} is {getattr(self, name)}: it must be above 0")
        for name in ("warmup_fraction", "student_loss_weight"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"recipe.{name} is {getattr(self, name)}: it must be from 0 to 1")
        if self.weight_decay < 0:
            raise ValueError(f"recipe.weight_decay is {self.weight_decay}: it must be 0 or more")
