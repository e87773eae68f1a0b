"""The interface of devices: they take the bytes of files and give their latencies."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from deploy.devices.latency import Latency, Provenance
from deploy.errors import DeployError

OnStep = Callable[[int, int], None]
"""Called now and then with how many steps of a measurement are done, of how many."""
Say = Callable[[str], None]
"""Called with lines for the user, such as that a device is waited for."""


class DeviceFailed(DeployError):
    """A device that cannot be reached, or does not do what it is asked; the message says why and what to try."""


class Device(ABC):
    """A place where latency is measured."""

    name: str
    only_files: frozenset[str] | None = None
    """SHA-256 of the only files that it has latencies of; None where it measures any file."""

    @abstractmethod
    def provenance(self) -> Provenance:
        """Whatever its latencies would be measured with; connects if needed. Raises `DeviceFailed`."""

    @abstractmethod
    def measure(self, files: Sequence[bytes], on_step: OnStep = lambda done, count: None) -> list[Latency]:
        """The latency of each file.

        Args:
            files: each a .tflite.
            on_step: progress.

        Raises:
            DeviceFailed: the device is lost, or reports what cannot be.
            FileRefused: bytes that are no model, or one that the device cannot run.
        """

    def energy_uj(self, model_bytes: bytes) -> float | None:
        """Measured microjoules of one inference; None where the device has no counter of its power."""
        return None
