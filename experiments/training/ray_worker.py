"""What a Ray actor runs. Nothing here imports TensorFlow before its messages are silenced."""

import queue
import socket
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from experiments.training.same_code import installed


@dataclass(frozen=True, kw_only=True)
class Trained:
    """A student after a rung."""

    accuracy: float
    """On validation."""
    weights: bytes
    """The file of its weights."""


class Actor:
    """Trains one student at a time, on a machine that shares no folder with the run's."""

    def prepare(self, expected: dict[str, str], shared: dict) -> tuple[str, dict[str, str]]:
        """Take a GPU or a thread, fetch the data and the bank; nothing of it on a machine that is not as expected.

        Args:
            expected: what is installed where the run is.
            shared: "rest" (experiment and recipe, by cloudpickle), "splits" as a reference;
                "bank" (as it was shipped, and its address) or None; "one_thread".

        Returns:
            The machine's name, and what is installed there.
        """
        found = installed()
        if found == expected:
            self._prepare(**shared)
        return socket.gethostname(), found

    def _prepare(self, rest, splits, bank: tuple | None, one_thread: bool) -> None:
        from experiments.training.local_worker import start_tensorflow

        start_tensorflow(one_thread=one_thread)
        import cloudpickle
        import ray

        from experiments.training.bank_shipping import unpack
        from experiments.training.student import StudentTraining

        experiment, recipe = cloudpickle.loads(ray.get(rest))
        self._training = StudentTraining(
            experiment=experiment,
            recipe=recipe,
            folder=Path(),
            splits=ray.get(splits),
            bank=unpack(*bank) if bank else None,
        )

    def run(self, job, start: bytes | None) -> Iterator[tuple[int, dict[str, float]] | Trained]:
        """As `StudentTraining.run`, in a folder of its own.

        Args:
            start: the file that `start_of` names, where it does.

        Yields:
            Number and metrics of each epoch as it ends, then the trained student.
        """
        from experiments.training.student import start_of, student_weights

        told = queue.SimpleQueue()
        with tempfile.TemporaryDirectory(prefix="potstill-") as name, ThreadPoolExecutor(1) as thread:
            folder = Path(name)
            if start is not None:
                path = start_of(folder, job, self._training.experiment.search)
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(start)
            training = replace(self._training, folder=folder)
            future = thread.submit(training.run, job, lambda epoch, metrics: told.put((epoch, metrics)))
            future.add_done_callback(lambda _: told.put(None))
            while (epoch := told.get()) is not None:
                yield epoch
            accuracy = future.result()
            yield Trained(accuracy=accuracy, weights=student_weights(folder, job.trial, job.rung).read_bytes())
