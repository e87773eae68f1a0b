"""A pool of Ray actors that train students, and stay warm between trials.

To be imported inside `cluster.connected`: Ray reads its settings as it is imported.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ray
from ray.exceptions import RayError, RayTaskError

from deploy.files import atomic
from experiments.errors import UserError
from experiments.training.local_pool import Stopped, WorkerDied
from experiments.training.ray_worker import Trained
from experiments.training.same_code import require_same
from experiments.training.student import Job, OnEpoch, start_of, student_weights
from search.settings import Search

_LOOK_SECONDS = 0.1
_STOPPING_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Actors:
    """A pool of actors, each of which has fetched the data and the teacher bank."""

    folder: Path
    """Of the run."""
    search: Search
    """The experiment's."""
    start: Callable[[], tuple[Any, ray.ObjectRef]]
    """Starts an actor; returns it, and the reference of the result of its `prepare`."""
    expected: dict[str, str]
    """Versions installed here; every actor's machine must have the same."""
    asked: list = field(default_factory=list)
    """All actors that were ever asked for."""
    starting: dict = field(default_factory=dict)
    """Actors by the reference of their `prepare`, until it has ended."""
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
            actor = self._take()
            try:
                trained = self._train(actor, job, on_epoch)
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
        """Start one more actor."""
        actor, prepared = self.start()
        self.asked.append(actor)
        self.starting[prepared] = actor

    def close(self) -> None:
        """End the actors; returns when no job waits for one any more, since Ray must not end before that."""
        self.stopping.set()
        for actor in self.asked:
            ray.kill(actor)
        while self.running:
            time.sleep(_LOOK_SECONDS)

    def _take(self):
        """An actor for this caller alone, once there is one."""
        while not self.stopping.is_set():
            with self.lock:
                if not self.idle and self.starting:
                    self._collect_prepared()
                if self.idle:
                    return self.idle.pop()
            time.sleep(_LOOK_SECONDS)
        raise Stopped("the workers were stopped")

    def _collect_prepared(self) -> None:
        for prepared in ray.wait(list(self.starting), timeout=0)[0]:
            actor = self.starting.pop(prepared)
            try:
                machine, versions = ray.get(prepared)
            except RayTaskError as error:
                raise UserError(f"a worker of the cluster cannot start: {_brief(error.cause)}") from error
            require_same(versions, self.expected, machine)
            self.idle.append(actor)

    def _train(self, actor, job: Job, on_epoch: OnEpoch) -> Trained:
        start = start_of(self.folder, job, self.search)
        messages = actor.run.remote(job, start and start.read_bytes())
        while True:
            while not ray.wait([messages], timeout=_STOPPING_SECONDS)[0]:
                if self.stopping.is_set():
                    raise Stopped("the workers were stopped")
            message = ray.get(next(messages))
            if isinstance(message, Trained):
                return message
            on_epoch(*message)


def _brief(error: BaseException) -> str:
    """Ray's message on one line."""
    return " ".join(str(error).split())[:300]
