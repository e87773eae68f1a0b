"""An experiment as one value."""

import inspect
import json
import re
from dataclasses import asdict, dataclass, field
from typing import Literal

from deploy.budget import Budget
from deploy.compress.compression import parsed
from deploy.digests import sha256_of
from distill.checks import require
from distill.distillation import Distillation
from distill.recipe import Recipe
from distill.teacher import Teacher
from distill.views.augmentation import Augmentation, Views
from experiments.data.settings import Data
from search.settings import Search
from search.space import Space

Start = Literal["continued", "anew"]
_MOST_HOURS = 10_000


@dataclass(frozen=True, kw_only=True)
class Refine:
    """Settings of refinement: the long training, from the teacher bank, of the students that the search ranked best."""

    students: int = 0
    """Students that are refined: the most accurate inside the budget, then the fastest and the smallest of the front,
    then others of the front. 0 is none."""
    epochs: int = 100
    """Epochs of each training, with a schedule of its own."""
    hours: float | None = None
    """Length of the whole stage; each training takes its share of it, and `epochs` is not used. None goes by epochs."""
    starts: tuple[Start, ...] = ("continued",)
    """Weights to start from: continued from the search, or anew from random ones. With both, each student is trained
    twice, and the more accurate one on validation is taken."""
    views: int | None = None
    """Seeded views in the teacher bank for this stage; those that the bank lacks are added. None is the search's."""
    recipe: Recipe = field(default_factory=Recipe)
    """Recipe of these trainings."""

    def __post_init__(self):
        if self.students < 0 or self.epochs < 1 or (self.views is not None and self.views < 1):
            raise ValueError(
                f"refine.students is {self.students}, refine.epochs {self.epochs} and refine.views {self.views}: at "
                "least 0, 1 and 1 are needed"
            )
        if self.hours is not None and not 0 < self.hours < _MOST_HOURS:
            raise ValueError(
                f"refine.hours is {self.hours:g}: it must be above 0 and below {_MOST_HOURS:,}, or None to go by epochs"
            )
        if not self.starts or len(set(self.starts)) != len(self.starts):
            raise ValueError(f"refine.starts is {self.starts}: give continued, anew, or each of them once")


@dataclass(frozen=True, kw_only=True)
class Finalists:
    """Settings of the finalists' stage: how many students, which files of each, and how these are trained."""

    count: int = 3
    """Students that are compressed, converted and proven."""
    compressions: tuple[str, ...] = ("int8", "int8, trained", "zeros 0.5, int8, trained")
    """Files of each student, such as 'channels 0.5, int8, trained'. The one that ships is the most accurate on
    validation inside every limit; within 0.1 point the one with the smaller download, within 1 % the faster."""
    grow: float = 1.25
    """A further file is of a student whose widths are grown by this factor, beyond the budget, and whose channels are
    pruned back into it. 1 is none."""
    prune_epochs: int = 8
    """Epochs of training with the teacher after channels, layers or weights were taken out. The learning rate is the
    students' own, from its start: rewound (Renda 2020)."""
    qat_epochs: int = 8
    """Epochs of quantization-aware training, with the teacher still teaching."""
    learning_rate: float = 1e-3
    """Peak learning rate of quantization-aware training."""

    def __post_init__(self):
        if min(self.count, self.prune_epochs, self.qat_epochs) < 1:
            raise ValueError("finalists.count, finalists.prune_epochs and finalists.qat_epochs must be 1 or more")
        if not self.compressions:
            raise ValueError("finalists.compressions is empty: give at least one, such as 'int8, trained'")
        require("finalists", self, "learning_rate", "above 0", lambda value: value > 0)
        if not 1 <= self.grow <= 2:
            raise ValueError(f"finalists.grow is {self.grow:g}: it must be from 1, for none, to 2")
        steps = set()
        for text in self.compressions:
            try:
                steps.add(parsed(text))
            except ValueError as error:
                raise ValueError(f"finalists.compressions has {text!r}: {error}") from error
        if len(steps) < len(self.compressions):
            raise ValueError(f"finalists.compressions is {self.compressions}: give each compression once")


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """All settings of a run. Experiments derive from one another with `dataclasses.replace`."""

    name: str
    """Name of the experiment in MLflow, and of its registered model."""
    data: Data
    augmentation: Augmentation = field(default_factory=Augmentation)
    teacher: Teacher = field(default_factory=Teacher)
    views: int = 4
    """Seeded views of each training example in the teacher bank."""
    top_k: int = 64
    """Largest logits of each view that the bank keeps, with the mass of the rest; all, where classes are no more."""
    space: Space = field(default_factory=Space)
    budget: Budget = field(default_factory=Budget)
    device: str = "host"
    """Device that the latency limit holds on: host, or another that `potstill device list` shows."""
    search: Search = field(default_factory=Search)
    student: Recipe = field(default_factory=Recipe)
    """Recipe that students are trained by."""
    distillation: Distillation = field(default_factory=Distillation)
    """Losses and stages of learning from the teacher."""
    refine: Refine = field(default_factory=Refine)
    finalists: Finalists = field(default_factory=Finalists)
    license: str = "unknown"
    """Licence of the files, as the Hugging Face hub names it, such as apache-2.0; unknown says that none is stated."""
    hours: float | None = None
    """Length of the whole run in hours, such as 3: speeds are measured, the time is divided among the stages, and their
    numbers (views, trials, epochs, finalists) follow from it instead of from the fields. None goes by the fields."""
    seed: int = 0
    """Seed of everything random."""

    def __post_init__(self):
        if not re.fullmatch(r"[A-Za-z0-9_-]+", self.name):
            raise ValueError(f"name is {self.name!r}: it must be letters, digits, '_' and '-'")
        if self.views < 1 or self.top_k < 1 or self.seed < 0:
            raise ValueError(
                f"views is {self.views}, top_k {self.top_k} and seed {self.seed}: at least 1, 1 and 0 are needed"
            )
        if self.hours is not None and not 0 < self.hours < _MOST_HOURS:
            raise ValueError(
                f"hours is {self.hours:g}: it must be above 0 and below {_MOST_HOURS:,}, or None to go by epochs"
            )
        if self.hours is not None and self.refine.hours is not None and self.refine.hours >= self.hours:
            raise ValueError(
                f"refine.hours is {self.refine.hours:g} and hours {self.hours:g}: refinement is a part of the run; "
                "leave --refine.hours out, and it has its share"
            )
        _require_use_of_unlabelled(self)

    @property
    def seeded_views(self) -> Views:
        """The views of training examples that teacher and students see."""
        return Views(augmentation=self.augmentation, count=self.views, seed=self.seed)

    def to_json(self) -> str:
        """The resolved experiment as canonical JSON."""
        return json.dumps(asdict(self), sort_keys=True, indent=1, default=_named)

    @property
    def key(self) -> str:
        """Ten hexadecimal digits that name this very experiment: equal values, equal key."""
        return sha256_of(self.to_json().encode())[:10]


def _require_use_of_unlabelled(experiment: Experiment) -> None:
    """Raise ValueError for unlabelled examples that no teacher labels."""
    if experiment.data.unlabelled is None:
        return
    problem = f"data.unlabelled is {experiment.data.unlabelled}, and"
    if not experiment.distillation.stages:
        raise ValueError(
            f"{problem} distillation.stages is empty: only a teacher can label them; leave --data.unlabelled out, or "
            "give --distillation.stages search pruning quantization"
        )
    if experiment.distillation.student_loss_weight == 1:
        raise ValueError(
            f"{problem} distillation.student_loss_weight is 1: nothing of the teacher is learnt; leave "
            "--data.unlabelled out, or give --distillation.student-loss-weight 0.1"
        )
    arrays = [source for source in experiment.teacher.source if source.endswith(".npy")]
    if arrays:
        raise ValueError(
            f"{problem} teacher.source {arrays[0]} has logits of the labelled examples alone: bring the model that "
            "they are of, such as --teacher.source teacher.onnx, or leave --data.unlabelled out"
        )


def _named(value) -> str:
    """A function of the user's, as its name and the digest of its text: another text is another experiment."""
    if not inspect.isfunction(value):
        raise TypeError(f"{value!r} is neither JSON nor a function")
    return f"{value.__module__}:{value.__qualname__} {sha256_of(inspect.getsource(value).encode())[:10]}"
