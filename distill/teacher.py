"""Settings of the teacher: brought from elsewhere, or a network that is trained here."""

from dataclasses import dataclass, field
from typing import Literal

from distill.checks import require
from distill.recipe import Recipe

Family = Literal["wide", "quick"]


@dataclass(frozen=True, kw_only=True)
class Teacher:
    """The network, or networks, to learn from: brought as a `source`, or one that is trained here."""

    source: tuple[str, ...] = ()
    """Teachers to bring: .onnx, .keras, .h5, a SavedModel folder, MODULE:FUNCTION or FILE.py:FUNCTION that builds a
    Keras model, .npy logits (rows of TFDS's train split, classes), or `ngrams`, a linear model of the words of texts.
    Several are averaged. Empty trains one here."""
    weights: str | None = None
    """File of weights for a source that builds a model."""
    trust: bool = False
    """Run code from a source: a SavedModel, or a Keras file with Lambda layers or classes of its own."""
    input_range: tuple[float, float] | Literal["imagenet", "caffe"] | None = None
    """A source's input for pixels 0 and 255, such as 0 1; `imagenet` is 0 to 1 less ImageNet's means, over its
    deviations, `caffe` blue-green-red less the means. None tries the usual ones on training examples."""
    class_order: tuple[int, ...] | None = None
    """The source's output for each class of the data set, in the data set's order; None is 0, 1, 2, ..."""
    count: int = 1
    """Teachers that are trained here, each from a seed of its own, and averaged."""
    family: Family = "wide"
    """A wide residual net (Zagoruyko & Komodakis 2016), or one that is quick to train (Jordan 2024, airbench)."""
    width: int = 32
    """Channels of the first group. Each further one of a wide net doubles them; of a quick one, all have four times."""
    groups: int = 3
    """Groups of layers; each halves height and width, of a wide net each but the first."""
    depth: int = 1
    """Residual blocks in a group of a wide net; convolutions after the pooling in one of a quick net."""
    assistants: tuple[int, ...] = ()
    """Widths of assistants between teacher and students, each taught by the one before (Mirzadeh 2020). One of the
    teacher's own width is self-distillation (Furlanello 2018)."""
    epochs: int = 20
    """Passes over the training set, of teacher and assistants."""
    mixed_views: bool = False
    """Train the teacher on views mixed by mixup and cutmix too; its bank, and so its students, always see them."""
    min_validation_accuracy: float | None = None
    """The run stops when the teacher that students learn from stays below this; None takes any teacher."""
    recipe: Recipe = field(default_factory=Recipe)
    """Training of teacher and assistants."""

    def refuse_unused(self, default: "Teacher") -> None:
        """Raise ValueError where a setting that differs from the default's is for nets trained here, and none is."""
        if not self.source or self.assistants:
            return
        for name in ("family", "width", "groups", "depth", "epochs", "mixed_views", "recipe"):
            if getattr(self, name) != getattr(default, name):
                raise ValueError(
                    f"teacher.{name} is for a teacher that is trained here, but teacher.source brings "
                    f"{' '.join(self.source)}: leave it out, or train one with --teacher.source and nothing after it"
                    + (", --teacher.input-range None" if self.input_range is not None else "")
                )

    def __post_init__(self):
        for name in ("count", "width", "groups", "depth", "epochs"):
            require("teacher", self, name, "1 or more", lambda value: value >= 1)
        require("teacher", self, "assistants", "widths of 1 or more", lambda value: min(value, default=1) >= 1)
        require(
            "teacher",
            self,
            "min_validation_accuracy",
            "from 0 to 1, or None",
            lambda value: value is None or 0 <= value <= 1,
        )
        if self.source and self.count > 1:
            raise ValueError(
                f"teacher.count is {self.count}, but teacher.source brings teachers: leave out one of them"
            )
        for name in ("weights", "input_range", "class_order"):
            if getattr(self, name) is not None and not self.source:
                raise ValueError(
                    f"teacher.{name} is {getattr(self, name)}, but no teacher.source is given: it is for one"
                )
