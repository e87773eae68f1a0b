"""Settings of distillation: the losses against the teacher, their weights, and the phases that use them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, get_args

from distill.checks import require

Phase = Literal["search", "pruning", "quantization"]

LOGIT_LOSSES = ("soft_targets", "decoupled", "dist", "multi_level")
FEATURE_LOSSES = ("hints", "attention_transfer", "relational", "similarity_preserving")


@dataclass(frozen=True, kw_only=True)
class Distillation:
    """The terms of a student's loss. Names and defaults are those of `keras.distillation` where it has the same."""

    distillation_losses: tuple[str, ...] = ("soft_targets",)
    """Losses against the teacher: on logits soft_targets, decoupled, dist, multi_level; on features hints,
    attention_transfer, relational, similarity_preserving."""
    own_losses: tuple[Callable, ...] = ()
    """From Python: functions of teacher logits, student logits (batch, classes), labels (batch, classes) and
    temperature, each giving a loss for each example (batch,). Rows of zeros are no label (`--data.unlabelled`)."""
    distillation_loss_weights: tuple[float, ...] | None = None
    """A weight for each of them, own losses last; None weighs each with 1."""
    student_loss_weight: float = 0.5
    """Weight of the labels' cross-entropy, from 0 to 1; the losses against the teacher have the rest."""
    temperature: float = 3.0
    """Temperature of the losses on logits (Hinton 2015)."""
    final_temperature: float | None = None
    """Temperature at the end of a training, reached along a line; None keeps it."""
    standardize_logits: bool = False
    """Compare z-scores of the logits instead of the logits, so that only their pattern counts (Sun 2024)."""
    teacher_layer_name: str | None = None
    """Layer of the teacher that feature losses compare; None is the pooled features, for attention the last map."""
    student_layer_name: str | None = None
    """Layer of the student that is compared with it; None is the pooled features, for attention the last map."""
    stages: tuple[Phase, ...] = ("search", "pruning", "quantization")
    """Phases in which the teacher teaches; the others train on labels alone."""

    def __post_init__(self):
        weights, names = self.distillation_loss_weights, LOGIT_LOSSES + FEATURE_LOSSES
        for loss in self.distillation_losses:
            if loss not in names:
                raise ValueError(f"distillation.distillation_losses has {loss!r}: known are {', '.join(names)}")
        if not self.losses:
            raise ValueError("distillation.distillation_losses is empty: name a loss, or give distillation.stages none")
        if weights is not None and (len(weights) != len(self.losses) or min(weights) < 0):
            raise ValueError(
                f"distillation.distillation_loss_weights is {weights}: it must be a weight of 0 or more for each of "
                f"the {len(self.losses)} losses"
            )
        for stage in self.stages:
            if stage not in get_args(Phase):
                raise ValueError(f"distillation.stages has {stage!r}: it must be of {', '.join(get_args(Phase))}")
        require("distillation", self, "student_loss_weight", "from 0 to 1", lambda value: 0 <= value <= 1)
        require("distillation", self, "temperature", "above 0", lambda value: value > 0)
        require("distillation", self, "final_temperature", "above 0, or None", lambda value: value is None or value > 0)

    @property
    def losses(self) -> tuple[str | Callable, ...]:
        """All losses against the teacher, by name or as functions."""
        return self.distillation_losses + self.own_losses

    @property
    def on_logits(self) -> "Distillation":
        """The same without losses on features; with soft targets alone where no other loss is left."""
        weights = self.distillation_loss_weights or (1.0,) * len(self.losses)
        weighted = [(loss, weight) for loss, weight in zip(self.losses, weights) if loss not in FEATURE_LOSSES]
        weighted = weighted or [("soft_targets", 1.0)]
        return replace(
            self,
            distillation_losses=tuple(loss for loss, _ in weighted if isinstance(loss, str)),
            own_losses=tuple(loss for loss, _ in weighted if not isinstance(loss, str)),
            distillation_loss_weights=tuple(weight for _, weight in weighted),
        )

    @property
    def features(self) -> tuple[str, ...]:
        """Outputs that a bank needs beside the logits; names that end in `.attention` are attention maps."""
        return tuple(
            sorted({self.teacher_feature(loss) for loss in self.distillation_losses if loss in FEATURE_LOSSES})
        )

    def teacher_feature(self, loss: str) -> str:
        """The bank's name of the teacher's feature in a feature loss."""
        if loss == "attention_transfer":
            return f"{self.teacher_layer_name or 'map'}.attention"
        return self.teacher_layer_name or "pooled"

    def student_feature(self, loss: str) -> str:
        """The student's feature in a feature loss: a layer, `pooled` or `map`."""
        return self.student_layer_name or ("map" if loss == "attention_transfer" else "pooled")
