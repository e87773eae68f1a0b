"""An Android phone on a cable."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from deploy.devices.adb import Adb
from deploy.devices.benchmark_tool import Delegate
from deploy.devices.device import Say
from experiments.devices.settings import DeviceOptions, DeviceSettings


@dataclass(frozen=True, kw_only=True)
class Settings(DeviceSettings):
    """An Android phone with USB debugging."""

    serial: str | None = None
    """The phone, as `adb devices` lists it; None takes the only one."""
    benchmark_model: str | None = None
    """Path of Android's tool, to be pushed; None where the phone has it in /data/local/tmp/potstill."""
    delegate: Delegate = "xnnpack"
    threads: int = 1

    @contextmanager
    def open(self, name: str, say: Say) -> Iterator[Adb]:
        """As `DeviceSettings.open`."""
        yield Adb(
            name,
            benchmark_model=Path(self.benchmark_model) if self.benchmark_model else None,
            serial=self.serial,
            delegate=self.delegate,
            threads=self.threads,
            say=say,
        )

    def describe(self) -> str:
        """As `DeviceSettings.describe`."""
        return f"by adb, {self.delegate}, {self.threads} thread(s), {self.serial or 'any serial'}"


@dataclass(frozen=True, kw_only=True)
class Options(DeviceOptions):
    """A phone on a cable."""

    flag: ClassVar[str] = "--adb"
    place: ClassVar[int] = 2
    adb: bool = False
    """An Android phone on a cable, with USB debugging."""
    serial: str | None = None
    """For --adb, the phone's serial number; None takes the only one."""
    benchmark_model: Path | None = None
    """For --adb, Android's tool of that name, which is copied to the phone."""
    delegate: Delegate = "xnnpack"
    """For --adb, the delegate that runs the file."""
    threads: int = 1
    """For --adb, the number of threads."""

    def settings(self) -> Settings:
        """As `DeviceOptions.settings`."""
        return Settings(
            serial=self.serial,
            benchmark_model=str(self.benchmark_model.absolute()) if self.benchmark_model else None,
            delegate=self.delegate,
            threads=self.threads,
        )
