"""The trained students that compression is measured on, kept so that they are trained once."""

import functools
from dataclasses import dataclass, replace

import tf_keras

from deploy.files import atomic
from distill.bank.teacher_bank import TeacherBank
from distill.recipe import Recipe
from distill.train import train
from experiments.cifar10 import EXPERIMENT as CIFAR10
from experiments.data.load import load
from experiments.experiment import Experiment
from experiments.run import home
from experiments.run.context import Context
from experiments.run.display import Display
from experiments.spoken_digit import EXPERIMENT as SPOKEN_DIGIT
from experiments.teachers.teach import fill, teacher_of
from search.build import build
from search.genotype import Genotype, Stage
from search.journal import Journal


@dataclass(frozen=True, kw_only=True)
class Case:
    """A data set with its teacher, and the student that is compressed."""

    experiment: Experiment
    student: Genotype
    epochs: int
    """Of the student, before anything is done to it."""
    pruning_epochs: int
    """Of training after something was taken out."""
    qat_epochs: int
    """Of quantization-aware training. Where nothing was taken out it has the others' too: all files cost as much."""
    channel_epochs: tuple[int, int]
    """The same two, where channels are taken out, and of the file that is held against."""


def _student(input_shape: tuple[int, int, int], *widths: int) -> Genotype:
    stages = tuple(
        Stage(block="dense", width=width, depth=1, kernel=3, expansion=1, stride=2 if number else 1, residual=True)
        for number, width in enumerate(widths)
    )
    return Genotype(
        input_shape=input_shape, classes=10, stem_width=widths[0], stem_kernel=3, stem_stride=2, stages=stages
    )


CASES = {
    "cifar10": Case(
        experiment=replace(CIFAR10, views=4, student=Recipe(learning_rate=3e-3, batch_size=128)),
        student=_student((32, 32, 3), 24, 48, 80),
        epochs=30,
        pruning_epochs=12,
        qat_epochs=4,
        channel_epochs=(60, 8),
    ),
    "spoken_digit": Case(
        experiment=replace(SPOKEN_DIGIT, student=Recipe(learning_rate=4e-3)),
        student=_student((64, 32, 1), 32, 32, 48, 80),
        epochs=120,
        pruning_epochs=40,
        qat_epochs=20,
        channel_epochs=(40, 20),
    ),
}


class Students:
    """Of one case: its data, its teacher's bank, and a student for each seed."""

    def __init__(self, name: str):
        self.case = CASES[name]
        self.folder = home.home() / "benchmarks" / "compression" / name
        self.folder.mkdir(parents=True, exist_ok=True)

    @functools.cached_property
    def context(self) -> Context:
        """The context of the case's trainings."""
        experiment = self.case.experiment
        journal = Journal(self.folder / "journal.jsonl")
        return Context(
            experiment=experiment, data=load(experiment.data), folder=self.folder, journal=journal, display=Display()
        )

    @functools.cached_property
    def bank(self) -> TeacherBank:
        """The bank of the case's teacher."""
        return fill(self.context, teacher_of(self.context))

    def student(self, seed: int) -> tf_keras.Model:
        """The student, trained under the teacher; `seed` is of its weights and of the order of examples."""
        model = build(self.case.student, seed=seed)
        path = self.folder / f"seed{seed}-{self.case.student.key}-{self.case.epochs}.weights.h5"
        if not path.exists():
            self.train(model, self.case.epochs, self.case.experiment.student, seed)
            with atomic(path) as partial:
                model.save_weights(partial)
        model.load_weights(path)
        return model

    def train(self, model: tf_keras.Model, epochs: int, recipe: Recipe, seed: int, callbacks=()) -> None:
        """Train a model in place under the teacher."""
        train(
            model,
            self.context.data.splits,
            recipe,
            epochs=epochs,
            views=self.context.views,
            teaching=self.context.teaching(self.bank),
            order_seed=seed,
            callbacks=callbacks,
        )
