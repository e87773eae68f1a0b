"""Settings of the teacher: brought from elsewhere, a pretrained network that is fine-tuned, or one trained here."""

from dataclasses import dataclass, field, replace
from typing import Literal

from distill.checks import require
from distill.recipe import FineTuning, Recipe

Family = Literal["wide", "quick"]


@dataclass(frozen=True, kw_only=True)
class Teacher:
    """The network, or networks, to learn from: a `source`, a `backbone` that is fine-tuned, or one trained here."""

    source: tuple[str, ...] = ()
    """Teachers to bring: .onnx, .keras, .h5, a SavedModel folder, MODULE:FUNCTION or FILE.py:FUNCTION that builds a
    Keras model, .npy logits (rows of TFDS's train split, classes), or `ngrams`, a linear model of the words of texts.
    Several are averaged. Empty trains one here."""
    backbone: str | None = None
    """Function that builds a pretrained network without its top, as MODULE:FUNCTION or FILE.py:FUNCTION, such as
    tf_keras.applications:MobileNetV2; it gets a head for the classes and is fine-tuned on the training set."""
    weights: str | None = None
    """File of weights for a source or backbone; of a backbone also `random`, or a name that its function takes, such as
    `imagenet`, which it downloads."""
    image_size: int | None = None
    """Smaller side that pictures are enlarged to for the backbone, such as 96; None is as the data are."""
    fine_tuning: FineTuning = field(default_factory=FineTuning)
    trust: bool = False
    """Run code from a source: a SavedModel, or a Keras file with Lambda layers or classes of its own."""
    input_range: tuple[float, float] | Literal["imagenet", "caffe"] | None = None
    """A source's or backbone's input for pixels 0 and 255, such as 0 1; `imagenet` is 0 to 1 less ImageNet's means,
    over its deviations, `caffe` blue-green-red less the means. None tries the usual ones on training examples; of a
    backbone it is what the function `preprocess_input` beside its own does."""
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

    @property
    def training(self) -> "Teacher | FineTuning":
        """The value that has epochs and recipe of a teacher that is trained here."""
        return self if self.backbone is None else self.fine_tuning

    def lasting(self, epochs: int) -> "Teacher":
        """The same, trained for so many epochs; its assistants no longer than that."""
        shorter = replace(self, epochs=min(self.epochs, epochs))
        if self.backbone is None:
            return shorter
        return replace(shorter, fine_tuning=replace(self.fine_tuning, epochs=epochs))

    def assistant(self, width: int) -> "Teacher":
        """A net of that width that is trained from the start by the epochs and recipe of nets trained here."""
        return Teacher(
            family=self.family,
            width=width,
            groups=self.groups,
            depth=self.depth,
            epochs=self.epochs,
            mixed_views=self.mixed_views,
            recipe=self.recipe,
        )

    def refuse_unused(self, default: "Teacher") -> None:
        """Raise ValueError where a setting that differs from the default's is for another kind of teacher."""
        if self.backbone is not None and default.source and self.input_range == default.input_range is not None:
            raise ValueError(
                f"teacher.input_range is {self.input_range}, which is that of {' '.join(default.source)}: give the "
                "range of the backbone by --teacher.input-range, or None for what its module declares"
            )
        if self.assistants or (not self.source and self.backbone is None):
            return
        for name in ("family", "width", "groups", "depth", "epochs", "recipe", "mixed_views"):
            if getattr(self, name) == getattr(default, name) or (name == "mixed_views" and not self.source):
                continue
            if self.backbone is not None:
                there = f" (teacher.fine_tuning.{name} is of a backbone)" if name in ("epochs", "recipe") else ""
                raise ValueError(
                    f"teacher.{name} is for a net that is trained here from the start, but teacher.backbone is "
                    f"{self.backbone}: leave one of them out{there}"
                )
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
        if self.source and self.backbone is not None:
            raise ValueError(
                f"teacher.source brings {' '.join(self.source)}, and teacher.backbone is {self.backbone}: give one of "
                "them; --teacher.source with nothing after it brings none"
            )
        for name in ("weights", "input_range", "class_order"):
            allowed = self.source or (self.backbone is not None and name != "class_order")
            if getattr(self, name) is not None and not allowed:
                kinds = "teacher.source" if name == "class_order" else "teacher.source or teacher.backbone"
                raise ValueError(f"teacher.{name} is {getattr(self, name)}, but no {kinds} is given: it is for one")
        for name, default in (("image_size", None), ("fine_tuning", FineTuning())):
            if getattr(self, name) != default and self.backbone is None:
                raise ValueError(
                    f"teacher.{name} is {getattr(self, name)}, but no teacher.backbone is given: it is for one"
                )
        require("teacher", self, "image_size", "1 or more, or None", lambda value: value is None or value >= 1)
