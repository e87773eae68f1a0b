"""The interface of each kind of device: settings that open one, and the options that a user adds one with."""

import importlib
import pkgutil
from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import ClassVar

from deploy.devices.device import Device, Say
from deploy.devices.latency import Provenance


@dataclass(frozen=True, kw_only=True)
class DeviceSettings(ABC):
    """All that is needed to reach a device of one kind; a frozen dataclass of JSON values.

    Each module of `experiments.devices.kinds` has its subclass, called Settings.
    """

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
        """As JSON values: the kind, and the fields."""
        kind = type(self).__module__.rpartition(".")[2]
        return {"kind": kind, **{field.name: getattr(self, field.name) for field in fields(self)}}

    @staticmethod
    def from_record(record: dict) -> "DeviceSettings":
        """The inverse of `to_record`, of any kind. Raises KeyError, TypeError or ValueError for something else."""
        arguments = {name: value for name, value in record.items() if name != "kind"}
        kinds = [module.name for module in pkgutil.iter_modules([str(Path(__file__).parent / "kinds")])]
        if record["kind"] not in kinds:
            raise ValueError(f"kind is {record['kind']!r}: known are {', '.join(kinds)}")
        return importlib.import_module(f"experiments.devices.kinds.{record['kind']}").Settings(**arguments)


@dataclass(frozen=True, kw_only=True)
class DeviceOptions(ABC):
    """Options of `potstill device add`; field docstrings are the help.

    Each kind that users add has its subclass, called Options, in its module. The field named as the kind chooses it.
    """

    flag: ClassVar[str]
    """The option that chooses the kind, as a refusal names it."""
    place: ClassVar[int]
    """In the help: kinds that need less set-up come first."""

    @abstractmethod
    def settings(self) -> DeviceSettings:
        """The settings that the options stand for. Raises `UserError`."""
