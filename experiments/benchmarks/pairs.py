"""Data sets with a teacher and a student each, on which distillation is measured."""

import json
from dataclasses import asdict, dataclass, replace

from distill.augmentation import Augmentation
from experiments.digits import EXPERIMENT as DIGITS
from experiments.experiment import Experiment
from experiments.spoken_digit import EXPERIMENT as SPOKEN_DIGIT
from search.genotype import Genotype, Stage


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A student, and the experiment that says how it learns from its teacher."""

    teacher: Experiment
    """Data, augmentation and recipe of the teacher."""
    experiment: Experiment
    """Data, views, augmentation, recipe and distillation of the student that it teaches."""
    alone: Augmentation
    """Augmentation of the student on its own: what the data set is usually trained with."""
    student: Genotype
    epochs: int
    """Passes over the training set, the same on its own and distilled."""

    def to_json(self) -> str:
        """All that decides what a training of the pair gives."""
        parts = (
            self.teacher.to_json(),
            self.experiment.to_json(),
            asdict(self.alone),
            self.student.to_json(),
            self.epochs,
        )
        return json.dumps(parts, sort_keys=True)


def _student(input_shape, stem_stride: int, *widths: int, depth: int = 1) -> Genotype:
    stages = tuple(
        Stage(block="depthwise", width=width, depth=depth, kernel=3, expansion=1, stride=2, residual=True)
        for width in widths
    )
    return Genotype(
        input_shape=input_shape, classes=10, stem_width=8, stem_kernel=3, stem_stride=stem_stride, stages=stages
    )


PAIRS = {
    "digits": Pair(
        experiment=replace(DIGITS, views=40),
        alone=DIGITS.augmentation,
        student=_student((8, 8, 1), 1, 16, 24),
        epochs=40,
    ),
    "spoken_digit": Pair(
        experiment=replace(SPOKEN_DIGIT, views=40),
        alone=SPOKEN_DIGIT.augmentation,
        student=_student((64, 32, 1), 2, 16, 24),
        epochs=40,
    ),
}
