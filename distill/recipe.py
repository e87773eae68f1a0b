"""How to train, and how to listen to the teacher."""

import math
from dataclasses import dataclass, fields


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a model is trained: AdamW (Loshchilov & Hutter 2019), linear warm-up, then a cosine to zero."""

    batch_size: int = 64
    """Examples in a step."""
    learning_rate: float = 3e-3
    """Peak learning rate."""
    warmup_fraction: float = 0.1
    """Share of the steps in which the learning rate rises to its peak."""
    weight_decay: float = 1e-4
    """Decoupled weight decay."""

    def __post_init__(self):
        _require_finite("recipe", self)
        if self.batch_size < 1:
            raise ValueError(f"recipe.batch_size is {self.batch_size}: it must be 1 or more")
        if self.learning_rate <= 0:
            raise ValueError(f"recipe.learning_rate is {self.learning_rate}: it must be above 0")
        if not 0 <= self.warmup_fraction <= 1:
            raise ValueError(f"recipe.warmup_fraction is {self.warmup_fraction}: it must be from 0 to 1")
        if self.weight_decay < 0:
            raise ValueError(f"recipe.weight_decay is {self.weight_decay}: it must be 0 or more")


@dataclass(frozen=True, kw_only=True)
class Distillation:
    """What a student's loss is made of: the labels' cross-entropy and the teacher's soft targets."""

    student_loss_weight: float = 0.1
    """Weight of the labels' cross-entropy, from 0 to 1; the soft targets have the rest."""
    temperature: float = 3.0
    """Temperature of the soft targets (Hinton 2015)."""

    def __post_init__(self):
        _require_finite("distillation", self)
        if not 0 <= self.student_loss_weight <= 1:
            raise ValueError(f"distillation.student_loss_weight is {self.student_loss_weight}: it must be from 0 to 1")
        if self.temperature <= 0:
            raise ValueError(f"distillation.temperature is {self.temperature}: it must be above 0")


def _require_finite(name: str, value: Recipe | Distillation) -> None:
    for field in fields(value):
        if not math.isfinite(figure := getattr(value, field.name)):
            raise ValueError(f"{name}.{field.name} is {figure}: it must be a finite number")
