"""What a device is: it takes the bytes of files and gives their latencies."""

from collections.abc import Callable, Sequence
from typing import Protocol

from deploy.devices.latency import Latency, Provenance
from deploy.errors import DeployError


class DeviceFailed(DeployError):
    """A device that cannot be reached, or does not do what it is asked; the message says why and what to try."""


class Device(Protocol):
    """Where latency is measured."""

    name: str

    def provenance(self) -> Provenance:
        """What its latencies would be measured with; connects where that is needed. Raises `DeviceFailed`."""

    def measure(
        self, files: Sequence[bytes], on_step: Callable[[int, int], None] = lambda done, count: None
    ) -> list[Latency]:
        """The latency of each file.

        Args:
            files: each a .tflite.
            on_step: called now and then with how many steps are done, of how many.

        Raises:
            DeviceFailed: the device is lost, or reports what cannot be.
            FileRefused: bytes that are no model, or one that the device cannot run.
        """
