"""Data sets with a teacher and a student each, on which distillation is measured."""

import json
from dataclasses import asdict, dataclass, replace

from distill.distillation import Distillation
from distill.recipe import Recipe
from distill.views.augmentation import Augmentation
from experiments.digits import EXPERIMENT as DIGITS
from experiments.experiment import Experiment
from experiments.fashion_mnist import EXPERIMENT as FASHION_MNIST
from experiments.spoken_digit import EXPERIMENT as SPOKEN_DIGIT
from search.genotype import Block, Genotype, Stage


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
        """Everything that decides the result of a training of the pair."""
        parts = (
            self.teacher.to_json(),
            self.experiment.to_json(),
            asdict(self.alone),
            self.student.to_json(),
            self.epochs,
        )
        return json.dumps(parts, sort_keys=True)


def _student(
    input_shape: tuple[int, int, int],
    block: Block,
    stem_stride: int,
    *widths: int,
    first_stride: int = 2,
    depth: int = 1,
) -> Genotype:
    stages = tuple(
        Stage(
            block=block,
            width=width,
            depth=depth,
            kernel=3,
            expansion=1,
            stride=2 if number else first_stride,
            residual=True,
        )
        for number, width in enumerate(widths)
    )
    return Genotype(
        input_shape=input_shape, classes=10, stem_width=16, stem_kernel=3, stem_stride=stem_stride, stages=stages
    )


def _pair(teacher: Experiment, student: Genotype, *, examples: int, epochs: int, rotate_degrees: float = 0.0) -> Pair:
    """Students with a part of the training set; their teacher had all of it.

    Chosen on validation as the setting where distillation closes most. Trained long on mixed views, as a patient and
    consistent teacher asks for (Beyer 2022): where few examples are at hand, more of the same labels no longer helps,
    but more of what the teacher says of new views does.
    """
    augmentation = replace(
        teacher.augmentation, rotate_degrees=rotate_degrees, mixup_alpha=1.0, cutmix_alpha=1.0, mix_share=0.5
    )
    experiment = replace(
        teacher,
        data=replace(teacher.data, train_examples=examples),
        augmentation=augmentation,
        views=min(epochs, 200),
        student=Recipe(learning_rate=5e-3, batch_size=64),
        distillation=Distillation(student_loss_weight=0.0),
    )
    return Pair(teacher=teacher, experiment=experiment, alone=teacher.augmentation, student=student, epochs=epochs)


PAIRS = {
    "digits_dense": _pair(
        DIGITS,
        _student((8, 8, 1), "dense", 1, 24, 48, first_stride=1),
        examples=300,
        epochs=600,
        rotate_degrees=10,
    ),
    "digits_depthwise": _pair(
        DIGITS,
        _student((8, 8, 1), "depthwise", 1, 32, 64, first_stride=1, depth=2),
        examples=300,
        epochs=600,
        rotate_degrees=10,
    ),
    "spoken_digit": _pair(SPOKEN_DIGIT, _student((64, 32, 1), "dense", 2, 24, 32, 48, 64), examples=500, epochs=800),
    "fashion_mnist": _pair(FASHION_MNIST, _student((28, 28, 1), "dense", 1, 32, 48, 64), examples=2_000, epochs=300),
}

LOSSES = {
    "soft_targets": Distillation(),
    "standardized": Distillation(standardize_logits=True, temperature=2.0, distillation_loss_weights=(9.0,)),
    "decoupled": Distillation(distillation_losses=("decoupled",)),
    "dist": Distillation(distillation_losses=("dist",), distillation_loss_weights=(2.0,)),
    "multi_level": Distillation(distillation_losses=("multi_level",)),
    "hints": Distillation(distillation_losses=("hints",), distillation_loss_weights=(100.0,)),
    "attention_transfer": Distillation(
        distillation_losses=("attention_transfer",), distillation_loss_weights=(1_000.0,)
    ),
    "relational": Distillation(distillation_losses=("relational",), distillation_loss_weights=(25.0,)),
    "similarity_preserving": Distillation(
        distillation_losses=("similarity_preserving",), distillation_loss_weights=(3_000.0,)
    ),
}
"""Each loss beside the labels' cross-entropy, with the weight of its paper or of its authors' code."""
