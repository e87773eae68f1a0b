"""One trainer of students for a search: in this process, in workers, or on a cluster."""

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


@contextlib.contextmanager
def trainer(context: Context, recipe: Recipe, bank: TeacherBank | None) -> Iterator[Callable[[Job, OnEpoch], float]]:
    """Trains a job: in this process, in workers, or on a cluster."""
    shared = dict(experiment=context.experiment, recipe=recipe, folder=context.folder)
    if context.cluster is None and context.workers == 1:
        yield StudentTraining(**shared, splits=context.data.splits, bank=bank).run
        return
    place = None if bank is None else BankPlace(banks=home.home() / "banks", address=bank.address)
    if context.cluster is None:
        with local_pool.opened(context.workers, **shared, bank=place) as pool:
            yield pool.run
        return
    with connected(context.cluster):
        from experiments.training import ray_pool

        with ray_pool.opened(context.cluster, **shared, data=context.data, bank=place, say=context.display.say) as pool:
            yield pool.run
