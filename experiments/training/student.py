"""Training one student for one rung, in this process or in a worker's."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import tf_keras

from distill.bank.teacher_bank import TeacherBank
from distill.bank.teaching import Teaching
from distill.checkpoint import Resume
from distill.examples import Splits
from distill.optimizer import OptimizerState
from distill.precision import computing_in
from distill.recipe import Recipe
from distill.train import train
from distill.weights import load_weights, save_weights, saved_state
from experiments.experiment import Experiment
from search.build import build
from search.genotype import Genotype
from search.settings import Search
from search.shared_weights import inherit, load
from search.trial import TrialResult

OnEpoch = Callable[[int, dict[str, float]], None]


@dataclass(frozen=True, kw_only=True)
class Job:
    """The training of one student on one rung; it can be sent to another process."""

    trial: str
    rung: int
    genotype: Genotype
    seed: int | None = None
    """Of the initial weights and of the order of examples; None is the experiment's. Views are always the bank's."""
    epochs: int | None = None
    """None is the number of epochs of the rung."""
    taught: bool = True
    """Train under the teacher, if it teaches in the search at all."""
    seconds: float | None = None
    """Length of the training, where time decides instead of epochs, which are then those to expect."""
    inherits: bool = True
    """Begin with the supernet's weights, where there is a supernet."""
    anew: bool = False
    """Begin with random weights on any rung."""
    continues: str | None = None
    """The trial whose weights of the rung before it begins with; None is its own."""


@dataclass(frozen=True, kw_only=True, eq=False)
class StudentTraining:
    """All that the trainings of a run's students share."""

    experiment: Experiment
    recipe: Recipe
    """The experiment's, its precision settled."""
    folder: Path
    """Of the run."""
    splits: Splits
    bank: TeacherBank | None

    def run(self, job: Job, on_epoch: OnEpoch) -> float:
        """Train from the weights of `start_of`, save weights and optimizer state; returns the accuracy on validation.

        After a kill the next call resumes from its last checkpoint. Raises `TrainingDiverged`.
        """
        experiment = self.experiment
        seed = experiment.seed if job.seed is None else job.seed
        unfinished = self.folder / "students" / f"{job.trial}-rung{job.rung}-{job.genotype.key}.unfinished"
        with computing_in(self.recipe.precision):
            model = build(job.genotype, seed=seed)
        state, start = OptimizerState(), start_of(self.folder, job, experiment.search)
        if start is not None and job.rung > 0:
            load_weights(model, start, _remedy(self.folder))
            state = saved_state(start)
        elif start is not None:
            inherit(model, job.genotype, load(start))
        teaching = None
        if self.bank is not None and job.taught and "search" in experiment.distillation.stages:
            teaching = Teaching(bank=self.bank, distillation=experiment.distillation)
        accuracy = train(
            model,
            self.splits,
            self.recipe,
            epochs=job.epochs or experiment.search.epochs[job.rung],
            views=experiment.seeded_views,
            teaching=teaching,
            order_seed=seed,
            on_epoch=on_epoch,
            resume=Resume(folder=unfinished, optimizer=state),
            seconds=job.seconds,
        )
        save_weights(model, student_weights(self.folder, job.trial, job.rung), state)
        shutil.rmtree(unfinished, ignore_errors=True)
        tf_keras.backend.clear_session()
        return accuracy


def trained_student(folder: Path, experiment: Experiment, result: TrialResult) -> tf_keras.Model:
    """A student in float32 with the weights that its training came to."""
    model = build(result.genotype, seed=experiment.seed)
    load_weights(model, student_weights(folder, result.trial, result.rung), _remedy(folder))
    return model


def _remedy(folder: Path) -> str:
    return f"the run cannot go on without it: delete {folder}, and the same command begins anew"


def start_of(folder: Path, job: Job, search: Search) -> Path | None:
    """The file that a job begins with: the rung before, or the supernet; None where it begins with random weights."""
    if job.anew:
        return None
    if job.rung > 0:
        return student_weights(folder, job.continues or job.trial, job.rung - 1)
    return supernet_weights(folder) if search.supernet_epochs and job.inherits else None


def student_weights(folder: Path, trial: str, rung: int) -> Path:
    """File of the weights of a trial after a rung."""
    return folder / "students" / f"{trial}-rung{rung}.weights.h5"


def supernet_weights(folder: Path) -> Path:
    """File of the supernet's weights, which students start from."""
    return folder / "supernet.npz"
