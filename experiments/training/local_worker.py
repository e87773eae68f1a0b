"""The code of a worker process. Nothing here imports TensorFlow before its messages are silenced."""

import os
import signal
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import filelock

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from experiments.training.student import Job, StudentTraining

NO_MEMORY = 12
"""Status of a worker that ended for want of memory, after ENOMEM."""
_WATCH_SECONDS = 1.0

_training: "StudentTraining | None" = None
_events: "Connection | None" = None
_locks = []
"""Held until the process ends."""


def prepare(folder: Path, gpus: Sequence[str], settings: bytes, events: "Connection") -> None:
    """Take a GPU or a thread, load the data, open the bank.

    Args:
        folder: of the run.
        gpus: one for each worker, several of which may be the same; empty where there are none.
        settings: experiment, recipe and bank, by cloudpickle.
        events: the end of a pipe that (trial, rung, epoch, metrics) are sent into.
    """
    global _training, _events
    # Ctrl-C is the parent's to handle; and where it is killed, nothing is left to train for.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    if gpus:
        os.environ["CUDA_VISIBLE_DEVICES"] = _free(gpus, folder)
    start_tensorflow(one_thread=not gpus)
    import cloudpickle

    from distill.bank.teacher_bank import open_bank
    from experiments.data.load import load
    from experiments.training.student import StudentTraining

    experiment, recipe, bank = cloudpickle.loads(settings)
    data = load(experiment.data)
    _training = StudentTraining(
        experiment=experiment,
        recipe=recipe,
        folder=folder,
        splits=data.splits,
        bank=open_bank(bank) if bank else None,
    )
    _events = events


def start_tensorflow(*, one_thread: bool) -> None:
    """Import TensorFlow in a process that trains, silently; those without a GPU have one thread each."""
    from experiments.run.frameworks import quiet_libraries

    quiet_libraries()
    import tensorflow as tf

    if one_thread:
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)


def _free(gpus: Sequence[str], folder: Path) -> str:
    """The GPU of a place that no other worker of the run holds; it is free again when this process ends."""
    while True:
        for place, gpu in enumerate(gpus):
            lock = filelock.FileLock(folder / f"worker-{place}.lock")
            try:
                lock.acquire(timeout=0)
            except filelock.Timeout:
                continue
            _locks.append(lock)
            return gpu
        time.sleep(_WATCH_SECONDS)


def _end_with_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_WATCH_SECONDS)
    os._exit(1)


def run(job: "Job") -> float:
    """As `StudentTraining.run`; number and metrics of each epoch are sent to the parent.

    Ends this process with NO_MEMORY where TensorFlow gets no memory: what it holds is then free for other workers.
    """
    import tensorflow as tf

    assert _training is not None, "`prepare` ran before"
    assert _events is not None, "`prepare` ran before"
    send = _events.send
    try:
        return _training.run(job, lambda epoch, metrics: send((job.trial, job.rung, epoch, metrics)))
    except tf.errors.ResourceExhaustedError:
        os._exit(NO_MEMORY)
