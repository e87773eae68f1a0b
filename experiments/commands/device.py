"""The commands `potstill device add`, `list` and `remove`."""

import json
from dataclasses import dataclass, fields, make_dataclass
from typing import TYPE_CHECKING

import tyro

from experiments.commands.arguments import Command, Flag, Name
from experiments.errors import UserError

if TYPE_CHECKING:
    from experiments.devices.settings import DeviceOptions


@dataclass(frozen=True, kw_only=True)
class Add:
    """Add a device: a phone by its browser, an Android phone by adb, or a table of what was measured elsewhere."""

    name: Name
    """Name of the device, such as my-phone."""

    def run(self) -> None:
        """Measure a tiny student on the device, keep the device and print its provenance."""
        from experiments.devices import inventory
        from experiments.devices.calibrate import smallest_file
        from experiments.reports.summary import time_text

        inventory.require_name(self.name)
        settings = self._chosen().settings()
        with settings.open(self.name, inventory.tell) as device:
            provenance, latency = device.provenance(), inventory.measured(device, smallest_file())
            result = (
                f"{len(device.only_files or ())} files"
                if latency is None
                else f"a tiny student takes {time_text(latency.median_ms)} there"
            )
        inventory.add(self.name, settings.recognizing(provenance))
        print(
            f"added {provenance}: {result}\n"
            f"Next: potstill calibrate {self.name}, or potstill run ... --device {self.name}"
        )

    def _chosen(self) -> "DeviceOptions":
        """The options of the kind that the user chose. Raises `UserError` for none or several."""
        kinds: dict[str, DeviceOptions] = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "name"}
        chosen = [options for kind, options in kinds.items() if getattr(options, kind)]
        if len(chosen) != 1:
            flags = ", ".join(options.flag for options in kinds.values())
            raise UserError(f"say how the device is reached, by one of {flags}")
        return chosen[0]


def add_command() -> type[Add]:
    """`Add` with the options of each kind of device that users add, a field a kind."""
    from experiments.devices.inventory import options_by_kind

    kinds = [(kind, tyro.conf.OmitArgPrefixes[options]) for kind, options in options_by_kind().items()]
    added = make_dataclass("Add", kinds, bases=(Add,), frozen=True, kw_only=True)
    added.__doc__ = Add.__doc__
    return added


@dataclass(frozen=True, kw_only=True)
class List:
    """List the devices."""

    json: Flag = False
    """Print one JSON object."""

    def run(self) -> None:
        """Print each device's name and description."""
        from experiments.devices import inventory

        descriptions = {name: self._description(name) for name in inventory.names()}
        if self.json:
            print(json.dumps(descriptions))
            return
        for name, description in descriptions.items():
            print(f"{name:<20}{description}")

    def _description(self, name: str) -> str:
        """A device in words; one whose file is damaged does not hide the others."""
        from experiments.devices import inventory

        try:
            return inventory.settings(name).describe()
        except UserError as error:
            return str(error)


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


def device(arguments: list[str]) -> None:
    """Add, list and remove devices: potstill device add|list|remove"""
    commands: dict[str, type[Command]] = {"add": add_command(), "list": List, "remove": Remove}
    config = (tyro.conf.FlagCreatePairsOff,)
    tyro.extras.subcommand_cli_from_dict(commands, args=arguments, prog="potstill device", config=config).run()
