"""The machine that runs this, as a device that comes with Potstill."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from deploy.devices.device import Say
from deploy.devices.host import Host
from experiments.devices.settings import DeviceSettings


@dataclass(frozen=True, kw_only=True)
class Settings(DeviceSettings):
    """This machine needs none."""

    @contextmanager
    def open(self, name: str, say: Say) -> Iterator[Host]:
        """As `DeviceSettings.open`."""
        yield Host()

    def describe(self) -> str:
        """As `DeviceSettings.describe`."""
        return "this machine, LiteRT with XNNPACK"
