"""A trial of `digits`: both rungs and the score, and how much of its processor time passes beside training steps."""

import math
import random
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from deploy.proof.accuracy import file_accuracy
from distill.bank.teacher_bank import TeacherBank
from distill.examples import SCALED_RANGE
from experiments.data.load import load
from experiments.deploying.model_inputs import representative_of
from experiments.deploying.untrained_file import untrained_file
from experiments.digits import EXPERIMENT
from experiments.training.student import Job, StudentTraining, trained_student
from search.choices import sample
from search.estimate import estimate
from search.genotype import Genotype
from search.trial import TrialResult


@dataclass(frozen=True, kw_only=True)
class TrialSeconds:
    """Seconds of the processor for one student."""

    beside_by_rung: tuple[float, ...]
    """Of each rung, less its epochs at the pace of the fastest; validations and checkpoints are beside the steps."""
    training_by_rung: tuple[float, ...]
    """The epochs at that pace."""
    score: float
    """Int8 file and its accuracy on validation."""

    @property
    def beside(self) -> float:
        """All but training steps."""
        return sum(self.beside_by_rung) + self.score


def trials(count: int) -> list[TrialSeconds]:
    """Train and score random students inside the bytes, on outputs of no teacher: a warm-up first, then `count`."""
    data = load(EXPERIMENT.data)
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(EXPERIMENT.views, len(data.train), data.train.classes)).astype(np.float16)
    bank = TeacherBank(address="random", classes=data.train.classes, arrays={"logits": logits})
    draws = random.Random(0)
    measured = []
    with tempfile.TemporaryDirectory() as folder:
        training = StudentTraining(
            experiment=EXPERIMENT, recipe=EXPERIMENT.student, folder=Path(folder), splits=data.splits, bank=bank
        )
        while len(measured) <= count:
            genotype = sample(EXPERIMENT.space, data.task, draws)
            if estimate(genotype, None).size_bytes <= (EXPERIMENT.budget.size_bytes or math.inf):
                rungs = [_rung(training, genotype, str(len(measured)), rung) for rung in range(2)]
                began = time.process_time()
                _score(training, genotype, str(len(measured)), data)
                measured.append(
                    TrialSeconds(
                        beside_by_rung=tuple(beside for beside, _ in rungs),
                        training_by_rung=tuple(steps for _, steps in rungs),
                        score=time.process_time() - began,
                    )
                )
    return measured[1:]


def _rung(training: StudentTraining, genotype: Genotype, trial: str, rung: int) -> tuple[float, float]:
    """Seconds beside steps, and of steps."""
    began, ends = time.process_time(), []
    training.run(Job(trial=trial, rung=rung, genotype=genotype), lambda *_: ends.append(time.process_time()))
    steps = len(ends) * float(np.diff(ends).min())
    return time.process_time() - began - steps, steps


def _score(training: StudentTraining, genotype: Genotype, trial: str, data) -> None:
    result = TrialResult(
        trial=trial,
        rung=1,
        genotype=genotype,
        validation_accuracy=0.0,
        cost=estimate(genotype, None),
        seconds=0.0,
    )
    model = trained_student(training.folder, training.experiment, result)
    file_accuracy(
        untrained_file(model, genotype, representative_of(data.train, SCALED_RANGE)),
        data.validation,
    )
