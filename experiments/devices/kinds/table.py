"""A table of what was measured elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from deploy.devices.device import Say
from deploy.devices.table import Table
from experiments.devices.settings import DeviceSettings


@dataclass(frozen=True, kw_only=True)
class Settings(DeviceSettings):
    """A table as the user gave it."""

    text: str
    """Its CSV or JSON."""

    @contextmanager
    def open(self, name: str, say: Say) -> Iterator[Table]:
        """As `DeviceSettings.open`. Raises `TableRefused`."""
        yield Table(name, self.text)

    def describe(self) -> str:
        """As `DeviceSettings.describe`."""
        return "a table of measurements"
