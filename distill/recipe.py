"""Settings of a training: optimizer, learning rate, regularization, precision; and of one that fine-tunes."""

from dataclasses import dataclass, field
from typing import Literal

from distill.checks import require


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A training with linear warm-up of the learning rate, then a cosine to zero (Loshchilov & Hutter 2017)."""

    optimizer: Literal["adamw", "sgd"] = "adamw"
    """AdamW (Loshchilov & Hutter 2019), or stochastic gradient descent with Nesterov momentum 0.9."""
    batch_size: int = 64
    """Examples in a step."""
    learning_rate: float = 3e-3
    """Peak learning rate."""
    warmup_fraction: float = 0.1
    """Share of the steps in which the learning rate rises to its peak."""
    weight_decay: float = 1e-4
    """Decoupled weight decay, times the learning rate; biases and normalization are spared."""
    clip_norm: float | None = 5.0
    """Largest norm of the gradient over all weights; None is no limit."""
    label_smoothing: float = 0.0
    """Share of each label that is spread over all classes (Szegedy 2016)."""
    ema_momentum: float | None = None
    """Train to the exponential moving average of the weights, of this momentum a step, such as 0.999; None is off."""
    patience_epochs: int | None = None
    """Stop when validation accuracy has not risen for so many epochs, and keep the best; None trains to the end."""
    precision: Literal["float32", "mixed_bfloat16", "mixed_float16", "measured"] = "float32"
    """Compute in 16 bits where it can be (weights stay float32; float16 scales the loss); measured takes the 16 bits
    that this machine computes in, bfloat16 or on GPUs before compute capability 8.0 float16, where they pay."""

    def __post_init__(self):
        require("recipe", self, "batch_size", "1 or more", lambda value: value >= 1)
        require("recipe", self, "learning_rate", "above 0", lambda value: value > 0)
        require("recipe", self, "warmup_fraction", "from 0 to 1", lambda value: 0 <= value <= 1)
        require("recipe", self, "weight_decay", "0 or more", lambda value: value >= 0)
        require("recipe", self, "clip_norm", "above 0, or None", lambda value: value is None or value > 0)
        require("recipe", self, "label_smoothing", "from 0 to below 1", lambda value: 0 <= value < 1)
        require(
            "recipe", self, "ema_momentum", "between 0 and 1, or None", lambda value: value is None or 0 < value < 1
        )
        require("recipe", self, "patience_epochs", "1 or more, or None", lambda value: value is None or value >= 1)
        if self.patience_epochs is not None and self.ema_momentum is not None:
            raise ValueError(
                f"recipe.patience_epochs is {self.patience_epochs} and recipe.ema_momentum {self.ema_momentum}: the "
                "best epoch's weights and the average are two different results; set one of them to None"
            )


@dataclass(frozen=True, kw_only=True)
class FineTuning:
    """Training of all layers of a backbone and its head, after that of the head alone."""

    epochs: int = 10
    """Passes over the training set."""
    recipe: Recipe = field(default_factory=lambda: Recipe(batch_size=32, learning_rate=3e-4, precision="measured"))
    """Its recipe; the learning rate is a tenth of what is usual from random weights."""

    def __post_init__(self):
        require("teacher.fine_tuning", self, "epochs", "1 or more", lambda value: value >= 1)
