"""Several trainings at once on many machines: Ray actors that are kept warm between trials.

To be imported inside `cluster.connected`: Ray reads its settings as it is imported.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import cloudpickle
import ray
from ray.exceptions import RayError, RayTaskError

from deploy.files import atomic
from distill.bank.address import BankPlace
from distill.recipe import Recipe
from experiments.data.load import DataSet
from experiments.errors import UserError
from experiments.experiment import Experiment
from experiments.run.cluster import Cluster
from experiments.training.bank_shipping import ship
from experiments.training.local_pool import Stopped, WorkerDied
from experiments.training.ray_worker import Actor, Trained
from experiments.training.same_code import installed, require_same
from experiments.training.student import Job, OnEpoch, start_of, student_weights
from search.settings import Search

_LOOK_SECONDS = 0.1
_STOPPING_SECONDS = 1.0
_WAITING_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Actors:
    """A pool of actors, each with the data and the teacher bank at hand."""

    folder: Path
    """Of the run."""
    search: Search
    """The experiment's."""
    start: Callable[[], tuple]
    """Asks for an actor; gives it, and the reference of what its `prepare` returns."""
    asked: list = field(default_factory=list)
    """All actors there have been."""
    expected: dict[str, str]
    """What is installed here, and has to be wherever an actor is."""
    starting: dict = field(default_factory=dict)
    """Actors by that reference, until they are there."""
    idle: list = field(default_factory=list)
    running: set[Job] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)
    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self, job: Job, on_epoch: OnEpoch) -> float:
        """As `StudentTraining.run`, in an actor; may be called by as many threads as there are workers.

        Raises:
            WorkerDied: only this trial is lost; another actor is asked for.
            Stopped: the pool was closed meanwhile.
            UserError: a machine cannot train as this one does.
        """
        self.running.add(job)
        try:
            actor = self._taken()
            try:
                trained = self._trained(actor, job, on_epoch)
            except RayTaskError as error:
                self.idle.append(actor)
                raise error.cause from error
            except RayError:
                # One that is only out of reach would keep its GPU or CPU.
                ray.kill(actor)
                raise
            self.idle.append(actor)
        except RayError as error:
            # A signal to the whole group ends actors first: then no trial has failed, and all is to be done again.
            if self.stopping.wait(_STOPPING_SECONDS):
                raise Stopped("the workers were stopped") from error
            self.add()
            raise WorkerDied(f"its Ray actor ended: {_brief(error)}") from error
        finally:
            self.running.discard(job)
        path = student_weights(self.folder, job.trial, job.rung)
        path.parent.mkdir(exist_ok=True)
        with atomic(path) as partial:
            partial.write_bytes(trained.weights)
        return trained.accuracy

    def add(self) -> None:
        """Ask for one actor more."""
        actor, reference = self.start()
        self.asked.append(actor)
        self.starting[reference] = actor

    def close(self) -> None:
        """End the actors; returns when no job waits for one any more, since Ray must not end below it."""
        self.stopping.set()
        for actor in self.asked:
            ray.kill(actor)
        while self.running:
            time.sleep(_LOOK_SECONDS)

    def _taken(self):
        """An actor for this caller alone, once there is one."""
        while not self.stopping.is_set():
            with self.lock:
                if not self.idle and self.starting:
                    self._look()
                if self.idle:
                    return self.idle.pop()
            time.sleep(_LOOK_SECONDS)
        raise Stopped("the workers were stopped")

    def _look(self) -> None:
        for reference in ray.wait(list(self.starting), timeout=0)[0]:
            actor = self.starting.pop(reference)
            try:
                machine, found = ray.get(reference)
            except RayTaskError as error:
                raise UserError(f"a worker of the cluster cannot start: {_brief(error.cause)}") from error
            require_same(found, self.expected, machine)
            self.idle.append(actor)

    def _trained(self, actor, job: Job, on_epoch: OnEpoch) -> Trained:
        start = start_of(self.folder, job, self.search)
        told = actor.run.remote(job, start and start.read_bytes())
        while True:
            while not ray.wait([told], timeout=_STOPPING_SECONDS)[0]:
                if self.stopping.is_set():
                    raise Stopped("the workers were stopped")
            each = ray.get(next(told))
            if isinstance(each, Trained):
                return each
            on_epoch(*each)


@contextmanager
def opened(
    cluster: Cluster,
    experiment: Experiment,
    recipe: Recipe,
    folder: Path,
    data: DataSet,
    bank: BankPlace | None,
    say: Callable[[str], None],
) -> Iterator[Actors]:
    """As many actors as the cluster is asked for; they end with the block, whatever they are at.

    Args:
        bank: None where students train on labels alone.
        say: told when the cluster lets the run wait.
    """
    shared = dict(
        # By value where a user's own file has it: an actor could not import it.
        rest=ray.put(cloudpickle.dumps((experiment, recipe))),
        splits=ray.put(data.splits),
        bank=None if bank is None else (ship(bank), bank.address),
        one_thread=not cluster.gpus,
    )
    expected = installed()
    share = dict(num_cpus=0, num_gpus=1) if cluster.gpus else dict(num_cpus=1)
    remote = ray.remote(Actor).options(**share, scheduling_strategy="SPREAD")

    def start():
        actor = remote.remote()
        return actor, actor.prepare.remote(expected, shared)

    actors = Actors(folder=folder, search=experiment.search, start=start, expected=expected)
    for _ in range(cluster.workers):
        actors.add()
    try:
        while not ray.wait(list(actors.starting), timeout=_WAITING_SECONDS)[0]:
            say(f"waiting for the cluster at {cluster.address}: no worker is up yet")
        yield actors
    finally:
        actors.close()


def _brief(error: BaseException) -> str:
    """What Ray says, on one line."""
    return " ".join(str(error).split())[:300]
