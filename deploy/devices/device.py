"""The interface of devices, which take the bytes of files and give their latencies, and of their settings."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import ClassVar

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


class DeviceSettings(ABC):
    """Everything that is needed to reach a device of one kind; a frozen dataclass of JSON values."""

    kind: ClassVar[str]
    """Name of the kind, as in `Provenance`."""

    @abstractmethod
    def open(self, name: str, say: Say) -> AbstractContextManager[Device]:
        """The device, ready to measure until the end of the block.

        Args:
            name: the user's name for it.
            say: told what the device waits for.
        """

    @abstractmethod
    def describe(self) -> str:
        """The device in words, for the list of devices."""

    def recognizing(self, provenance: Provenance) -> "DeviceSettings":
        """Settings that refuse another device than the one that was seen, if the kind can tell them apart."""
        return self

    def to_record(self) -> dict:
        """As JSON values; a constructor's arguments and `kind`."""
        return {"kind": self.kind, **asdict(self)}  # pyright: ignore[reportArgumentType]
