"""The commands `potstill device add`, `list` and `remove`."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import tyro

from experiments.commands.arguments import Command, Flag, Name
from experiments.errors import UserError

if TYPE_CHECKING:
    from experiments.devices.settings import DeviceSettings


@dataclass(frozen=True, kw_only=True)
class Add:
    """Add a device: a phone by its browser, an Android phone by adb, or a table of what was measured elsewhere."""

    name: Name
    """Name of the device, such as my-phone."""
    browser: Flag = False
    """The phone opens a page, by an address or a QR code; nothing is installed on it."""
    adb: Flag = False
    """An Android phone on a cable, with USB debugging."""
    table: Path | None = None
    """CSV or JSON of measurements, as docs/devices.md describes."""
    address: str | None = None
    """Of this machine, for --browser --lan; None finds it."""
    port: int = 8377
    """For --browser, the port to listen at."""
    lan: Flag = False
    """For --browser, let the network in. Without it only this machine can open the page."""
    serial: str | None = None
    """For --adb, the phone's serial number; None takes the only one."""
    benchmark_model: Path | None = None
    """For --adb, Android's tool of that name, which is copied to the phone."""
    delegate: Literal["xnnpack", "gpu", "nnapi"] = "xnnpack"
    """For --adb, the delegate that runs the file."""
    threads: int = 1
    """For --adb, the number of threads."""

    def run(self) -> None:
        """Measure a tiny student on the device, keep the device and print its provenance."""
        from deploy.devices.table import TableRefused
        from experiments.devices import inventory
        from experiments.devices.calibrate import smallest_file
        from experiments.reports.summary import time_text

        inventory.require_name(self.name)
        settings = self._settings()
        try:
            with settings.open(self.name, inventory.tell) as device:
                provenance, latency = device.provenance(), inventory.measured(device, smallest_file())
                result = (
                    f"{len(device.only_files or ())} files"
                    if latency is None
                    else f"a tiny student takes {time_text(latency.median_ms)} there"
                )
        except TableRefused as error:
            raise UserError(f"{self.table}: {error}; docs/devices.md has an example") from error
        inventory.add(self.name, settings.recognizing(provenance))
        print(
            f"added {provenance}: {result}\n"
            f"Next: potstill calibrate {self.name}, or potstill run ... --device {self.name}"
        )

    def _settings(self) -> "DeviceSettings":
        from experiments.devices.kinds import adb, browser, table
        from experiments.devices.network import local_address
        from experiments.files.reading import read

        if self.browser + self.adb + (self.table is not None) != 1:
            raise UserError("say how the device is reached, by one of --browser, --adb, --table FILE")
        if self.browser:
            return browser.Settings(address=local_address(self.address) if self.lan else "127.0.0.1", port=self.port)
        if self.table is not None:
            return table.Settings(text=read(self.table).decode(errors="replace"))
        return adb.Settings(
            serial=self.serial,
            benchmark_model=str(self.benchmark_model.absolute()) if self.benchmark_model else None,
            delegate=self.delegate,
            threads=self.threads,
        )


@dataclass(frozen=True, kw_only=True)
class List:
    """List the devices."""

    json: Flag = False
    """Print one JSON object."""

    def run(self) -> None:
        """Print each device's name and description."""
        from experiments.devices import inventory

        descriptions = {name: inventory.settings(name).describe() for name in inventory.names()}
        if self.json:
            print(json.dumps(descriptions))
            return
        for name, description in descriptions.items():
            print(f"{name:<20}{description}")


@dataclass(frozen=True, kw_only=True)
class Remove:
    """Forget a device."""

    name: Name
    """Its name."""

    def run(self) -> None:
        """Remove the device and say so."""
        from experiments.devices import inventory

        inventory.remove(self.name)
        print(f"{self.name} is forgotten; its profiles are kept")


COMMANDS: dict[str, type[Command]] = {"add": Add, "list": List, "remove": Remove}


def device(arguments: list[str]) -> None:
    """Add, list and remove devices: potstill device add|list|remove"""
    tyro.extras.subcommand_cli_from_dict(COMMANDS, args=arguments, prog="potstill device").run()
