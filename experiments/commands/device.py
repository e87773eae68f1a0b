"""The commands about the user's devices: adding, listing and removing them."""

import json as json_module
from pathlib import Path
from typing import Literal

import tyro

from experiments.commands.arguments import Flag, Name, read
from experiments.devices.network import own_address
from experiments.errors import UserError
from experiments.reports.summary import time_text


def add(
    name: Name,
    browser: Flag = False,
    adb: Flag = False,
    table: Path | None = None,
    address: str | None = None,
    port: int = 8377,
    lan: Flag = False,
    serial: str | None = None,
    benchmark_model: Path | None = None,
    delegate: Literal["xnnpack", "gpu", "nnapi"] = "xnnpack",
    threads: int = 1,
) -> None:
    """Add a device: a phone by its browser, an Android phone by adb, or a table of what was measured elsewhere.

    Args:
        name: What to call it, such as my-phone.
        browser: The phone opens a page, by an address or a QR code; nothing is installed on it.
        adb: An Android phone on a cable, with USB debugging.
        table: CSV or JSON of measurements, as docs/devices.md describes.
        address: Of this machine, for --browser --lan; None finds it.
        port: For --browser, where to listen.
        lan: For --browser, let the network in. Without it only this machine can open the page.
        serial: For --adb, which phone; None takes the only one.
        benchmark_model: For --adb, Android's tool of that name, which is copied to the phone.
        delegate: For --adb, what runs the file.
        threads: For --adb, how many.
    """
    from deploy.devices.table import TableRefused
    from experiments.devices import inventory

    inventory.require_name(name)
    if browser + adb + (table is not None) != 1:
        raise UserError("say how the device is reached, by one of --browser, --adb, --table FILE")
    if browser:
        from experiments.devices.kinds.browser import Settings

        settings = Settings(address=own_address(address) if lan else "127.0.0.1", port=port)
    elif adb:
        from experiments.devices.kinds.adb import Settings

        tool = str(benchmark_model.absolute()) if benchmark_model else None
        settings = Settings(serial=serial, benchmark_model=tool, delegate=delegate, threads=threads)
    else:
        from experiments.devices.kinds.table import Settings

        settings = Settings(text=read(table).decode(errors="replace"))
    try:
        with settings.open(name, inventory.tell) as opened:
            provenance, shown = opened.provenance(), _trial(opened)
    except TableRefused as error:
        raise UserError(f"{table}: {error}; docs/devices.md has an example") from error
    inventory.add(name, settings.recognizing(provenance))
    print(f"added {provenance}: {shown}\nNext: potstill calibrate {name}, or potstill run ... --device {name}")


def list_(json: Flag = False) -> None:
    """List the devices.

    Args:
        json: Print one JSON object.
    """
    from experiments.devices import inventory

    descriptions = {name: inventory.settings(name).describe() for name in inventory.names()}
    if json:
        print(json_module.dumps(descriptions))
        return
    for name, description in descriptions.items():
        print(f"{name:<20}{description}")


def remove(name: Name) -> None:
    """Forget a device.

    Args:
        name: Its name.
    """
    from experiments.devices import inventory

    inventory.remove(name)
    print(f"{name} is forgotten; its profiles are kept")


def device(arguments: list[str]) -> None:
    """Add, list and remove devices: potstill device add|list|remove"""
    commands = {"add": add, "list": list_, "remove": remove}
    tyro.extras.subcommand_cli_from_dict(commands, args=arguments, prog="potstill device")


def _trial(opened) -> str:
    """One small measurement: a device that is added has shown that it can."""
    from experiments.devices.calibrate import smallest_file

    if opened.only_files is not None:
        return f"{len(opened.only_files)} files"
    return f"a tiny student takes {time_text(opened.measure([smallest_file()])[0].median_ms)} there"
