"""Opening a pool of Ray actors: several trainings at once on many machines.

To be imported inside `cluster.connected`: Ray reads its settings as it is imported.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cloudpickle
import ray

from distill.bank.address import BankPlace
from distill.examples import Splits
from distill.recipe import Recipe
from experiments.experiment import Experiment
from experiments.run.cluster import Cluster
from experiments.training.bank_shipping import ship
from experiments.training.ray_actors import Actors
from experiments.training.ray_worker import Actor, Setup
from experiments.training.same_code import installed_versions

_WAITING_SECONDS = 60.0


@contextmanager
def open_pool(
    cluster: Cluster,
    experiment: Experiment,
    recipe: Recipe,
    *,
    folder: Path,
    splits: Splits,
    bank: BankPlace | None,
    say: Callable[[str], None],
) -> Iterator[Actors]:
    """As many actors as the cluster is asked for; they end with the block, even in the middle of a job.

    Args:
        folder: of the run.
        bank: None where students train on labels alone.
        say: called with a line whenever the run has waited a minute for the first actor.
    """
    setup = Setup(
        # By value where a user's own file has it: an actor could not import it.
        settings=ray.put(cloudpickle.dumps((experiment, recipe))),
        splits=ray.put(splits),
        bank=None if bank is None else ship(bank),
        one_thread=not cluster.gpus,
    )
    expected = installed_versions()
    cpus, gpus = (0, 1) if cluster.gpus else (1, None)
    remote: Any = ray.remote(Actor).options(num_cpus=cpus, num_gpus=gpus, scheduling_strategy="SPREAD")

    def start() -> tuple[Any, ray.ObjectRef]:
        actor = remote.remote()
        return actor, actor.prepare.remote(expected, setup)

    actors = Actors(folder=folder, search=experiment.search, start=start, expected=expected)
    for _ in range(cluster.workers):
        actors.add()
    try:
        while not ray.wait(list(actors.starting), timeout=_WAITING_SECONDS)[0]:
            say(f"waiting for the cluster at {cluster.address}: no worker is up yet")
        yield actors
    finally:
        actors.close()
