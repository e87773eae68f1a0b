"""The Ray actor that trains students. Nothing here imports TensorFlow before its messages are silenced."""

import queue
import socket
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.training.same_code import installed_versions

if TYPE_CHECKING:
    import ray

    from experiments.training.bank_shipping import ShippedBank


@dataclass(frozen=True, kw_only=True)
class Setup:
    """All that an actor fetches before its first student; references are of Ray's object store."""

    settings: "ray.ObjectRef"
    """Experiment and recipe, by cloudpickle."""
    splits: "ray.ObjectRef"
    bank: "ShippedBank | None"
    one_thread: bool
    """For actors without a GPU."""


@dataclass(frozen=True, kw_only=True)
class Trained:
    """A student after a rung."""

    accuracy: float
    """On validation."""
    weights: bytes
    """The file of its weights."""


class Actor:
    """Trains one student at a time, on a machine that shares no folder with the run's."""

    def prepare(self, expected: dict[str, str], setup: Setup) -> tuple[str, dict[str, str]]:
        """Take a GPU or a thread, fetch the data and the bank; nothing of it on a machine that is not as expected.

        Args:
            expected: versions installed where the run is.

        Returns:
            The machine's name, and the versions installed there.
        """
        versions = installed_versions()
        if versions == expected:
            self._prepare(setup)
        return socket.gethostname(), versions

    def _prepare(self, setup: Setup) -> None:
        from experiments.training.local_worker import start_tensorflow

        start_tensorflow(one_thread=setup.one_thread)
        import cloudpickle
        import ray

        from experiments.training.bank_shipping import unpack
        from experiments.training.student import StudentTraining

        experiment, recipe = cloudpickle.loads(ray.get(setup.settings))
        self._training = StudentTraining(
            experiment=experiment,
            recipe=recipe,
            folder=Path(),
            splits=ray.get(setup.splits),
            bank=unpack(setup.bank) if setup.bank else None,
        )

    def run(self, job, start: bytes | None) -> Iterator[tuple[int, dict[str, float]] | Trained]:
        """As `StudentTraining.run`, in a folder of its own.

        Args:
            start: the file that `start_of` names, where it does.

        Yields:
            Number and metrics of each epoch as it ends, then the trained student.
        """
        from experiments.training.student import start_of, student_weights

        epochs = queue.SimpleQueue()
        with tempfile.TemporaryDirectory(prefix="potstill-") as name, ThreadPoolExecutor(1) as thread:
            folder = Path(name)
            if start is not None:
                path = start_of(folder, job, self._training.experiment.search)
                assert path is not None, "the run has a file to start from"
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(start)
            training = replace(self._training, folder=folder)
            future = thread.submit(training.run, job, lambda epoch, metrics: epochs.put((epoch, metrics)))
            future.add_done_callback(lambda _: epochs.put(None))
            while (epoch := epochs.get()) is not None:
                yield epoch
            accuracy = future.result()
            yield Trained(accuracy=accuracy, weights=student_weights(folder, job.trial, job.rung).read_bytes())
