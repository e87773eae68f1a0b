"""Several trainings at once: a pool of worker processes that stay warm between trials."""

import multiprocessing
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import cloudpickle
from pebble import ProcessExpired, ProcessPool

from distill.bank.address import BankPlace
from distill.recipe import Recipe
from experiments.errors import ExperimentsError
from experiments.experiment import Experiment
from experiments.gpus import gpu_of_each
from experiments.training import local_worker
from experiments.training.student import Job, OnEpoch

_STOPPING_SECONDS = 1.0


class WorkerDied(ExperimentsError, RuntimeError):
    """The process that trained a student ended: out of memory, or a crash."""


class Stopped(ExperimentsError, RuntimeError):
    """The run is ending, by Ctrl-C or an error elsewhere."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Workers:
    """A pool of processes, each of which has loaded the data and opened the teacher bank."""

    pool: ProcessPool
    listeners: dict[tuple[str, int], OnEpoch] = field(default_factory=dict)
    """By trial and rung of the running jobs."""
    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self, job: Job, on_epoch: OnEpoch) -> float:
        """As `StudentTraining.run`, in a worker; may be called by as many threads as there are workers.

        Raises:
            WorkerDied: only this trial is lost; the pool has a new process.
            Stopped: the pool was closed meanwhile.
        """
        self.listeners[job.trial, job.rung] = on_epoch
        try:
            future = self.pool.schedule(local_worker.run, args=[job])
            # A pool that is stopped leaves some futures without an end.
            while not wait([future], timeout=_STOPPING_SECONDS).done:
                if self.stopping.is_set():
                    raise Stopped("the workers were stopped")
            return future.result()
        except ProcessExpired as error:
            # A signal to the whole group ends workers first: then no trial has failed, and all is to be done again.
            if self.stopping.wait(_STOPPING_SECONDS):
                raise Stopped("the workers were stopped") from error
            if error.exitcode == local_worker.NO_MEMORY:
                raise WorkerDied("it got no memory, on its GPU or this machine; fewer --workers leave more") from error
            raise WorkerDied(f"its process ended with status {error.exitcode}") from error
        finally:
            del self.listeners[job.trial, job.rung]


@contextmanager
def open_pool(
    count: int,
    experiment: Experiment,
    recipe: Recipe,
    *,
    folder: Path,
    bank: BankPlace | None,
    gpus: Sequence[str] = (),
) -> Iterator[Workers]:
    """A pool of `count` workers; they end with the block, even in the middle of a job.

    Args:
        folder: of the run.
        bank: None where students train on labels alone.
        gpus: names of those that the workers have, in turn, one each; with none a worker has one thread.
    """
    context = multiprocessing.get_context("spawn")
    # No queue: a worker that is killed in the middle of a message would hold its lock for ever. Messages are short, and
    # short writes to a pipe are whole or not there, whoever else writes (POSIX, PIPE_BUF).
    receiver, sender = context.Pipe(duplex=False)
    # By value where a user's own file has it: a worker could not import it.
    settings = cloudpickle.dumps((experiment, recipe, bank))
    pool = ProcessPool(
        max_workers=count,
        context=context,
        initializer=local_worker.prepare,
        initargs=(folder, gpu_of_each(gpus, count), settings, sender),
    )
    workers = Workers(pool=pool)
    threading.Thread(target=_listen, args=(receiver, workers.listeners), daemon=True).start()
    try:
        yield workers
    finally:
        workers.stopping.set()
        pool.stop()
        pool.join()
        sender.send(None)


def _listen(receiver, listeners: dict[tuple[str, int], OnEpoch]) -> None:
    while (event := receiver.recv()) is not None:
        trial, rung, epoch, metrics = event
        if (on_epoch := listeners.get((trial, rung))) is not None:
            on_epoch(epoch, metrics)
