"""The trainer of a run's students: in this process, in worker processes, or on a Ray cluster."""

import contextlib
from collections.abc import Callable, Iterator

from distill.bank.address import BankPlace
from distill.bank.teacher_bank import TeacherBank
from distill.recipe import Recipe
from experiments.run import home
from experiments.run.cluster import connected
from experiments.run.context import Context
from experiments.training import local_pool
from experiments.training.student import Job, OnEpoch, StudentTraining

Train = Callable[[Job, OnEpoch], float]
"""Trains a job and returns the student's accuracy on validation; called by as many threads as there are workers."""


@contextlib.contextmanager
def open_trainer(context: Context, recipe: Recipe, bank: TeacherBank | None) -> Iterator[Train]:
    """The trainer that the context asks for; its workers, if it has any, end with the block."""
    experiment, folder = context.experiment, context.folder
    if context.cluster is None and context.workers == 1:
        splits = context.data.splits
        yield StudentTraining(experiment=experiment, recipe=recipe, folder=folder, splits=splits, bank=bank).run
        return
    place = None if bank is None else BankPlace(banks=home.home() / "banks", address=bank.address)
    if context.cluster is None:
        workers, gpus = context.workers, context.gpus
        with local_pool.open_pool(workers, experiment, recipe, folder=folder, bank=place, gpus=gpus) as pool:
            yield pool.run
        return
    with connected(context.cluster):
        from experiments.training import ray_pool

        with ray_pool.open_pool(
            context.cluster,
            experiment,
            recipe,
            folder=folder,
            splits=context.data.splits,
            bank=place,
            say=context.display.say,
        ) as pool:
            yield pool.run
