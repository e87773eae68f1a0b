"""A table of what was measured elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from deploy.devices.device import Say
from deploy.devices.table import Table, TableRefused
from experiments.devices.settings import DeviceOptions, DeviceSettings
from experiments.errors import UserError


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


@dataclass(frozen=True, kw_only=True)
class Options(DeviceOptions):
    """Measurements from elsewhere."""

    flag: ClassVar[str] = "--table FILE"
    place: ClassVar[int] = 3
    table: Path | None = None
    """CSV or JSON of measurements, as docs/devices.md describes."""

    def settings(self) -> Settings:
        """As `DeviceOptions.settings`; the table is read, and refused where it is none."""
        assert self.table is not None, "chosen by its file"
        try:
            text = self.table.read_bytes().decode(errors="replace")
        except OSError as error:
            raise UserError(f"cannot read {self.table} ({error.strerror}); give the path of a file") from error
        try:
            Table("table", text)
        except TableRefused as error:
            raise UserError(f"{self.table}: {error}; docs/devices.md has an example") from error
        return Settings(text=text)
