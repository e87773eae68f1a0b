"""The commands about devices: adding them, calibrating them, and measuring files on them."""

import json as json_module
import socket
from dataclasses import asdict
from pathlib import Path
from typing import Literal

import tyro

from experiments.errors import UserError

Json = tyro.conf.FlagCreatePairsOff[bool]
Flag = tyro.conf.FlagCreatePairsOff[bool]
File = tyro.conf.Positional[Path]
Name = tyro.conf.Positional[str]


def read(file: Path) -> bytes:
    """The bytes of a file that the user named. Raises `UserError`."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise UserError(f"cannot read {file} ({error.strerror}); give the path of a file") from error


def bench(file: File, device: str = "host", json: Json = False) -> None:
    """Measure the latency of a .tflite on a device, whoever made the file.

    Args:
        file: A .tflite file.
        device: Where to measure: host, chromium-headless, or a device that was added.
        json: Print one JSON object.
    """
    from deploy.devices.adb import Adb
    from deploy.energy import MODEL, estimated_energy_uj
    from deploy.operators import Graph
    from experiments import devices

    content = read(file)
    operators = Graph(content).operators()
    with devices.opened(device, devices.tell) as opened:
        latency = opened.measure([content])[0]
        counted = opened.energy_uj(content) if isinstance(opened, Adb) else None
    macs, energy_uj = sum(operator.macs for operator in operators), estimated_energy_uj(operators)
    if json:
        figures = dict(size_bytes=len(content), macs=macs, estimated_energy_uj=energy_uj, energy_model=MODEL)
        figures |= {} if counted is None else {"battery_energy_uj": counted}
        print(json_module.dumps({"file": str(file), **figures, **latency.to_record()}))
        return
    print(
        f"{file}: {_time(latency.median_ms)} an inference (rounds differ by {_time(latency.spread_ms)}; first "
        f"{_time(latency.first_ms)}, warming up {_time(latency.warm_up_ms)}; {latency.runs:,} runs)\n"
        f"on {latency.provenance}, {latency.date}\n"
        f"{macs:,} MACs, {len(content):,} bytes; energy, estimated: {energy_uj:.3g} µJ ({MODEL})"
    )
    if counted is not None:
        print(f"energy by the battery's counters, of the whole phone above rest: {counted:.3g} µJ")


def profile(file: File, device: str = "host", json: Json = False) -> None:
    """Show where the time of a .tflite goes, operator by operator.

    Args:
        file: A .tflite file.
        device: Where to measure: host, chromium-headless, or a device that was added.
        json: Print one JSON object.
    """
    from deploy.energy import estimated_energy_uj
    from deploy.profile import profile as profile_now
    from experiments import devices
    from experiments.progress import Display

    content = read(file)
    with Display() as display:
        display.stage("profile")
        with devices.opened(device, display.say) as opened:
            found = profile_now(content, opened, display.reach)
    if json:
        energy_uj = estimated_energy_uj([part.operator for part in found.operators])
        print(json_module.dumps({"file": str(file), "estimated_energy_uj": energy_uj, **asdict(found)}))
        return
    from experiments.profile_table import profile_table

    print(profile_table(found), end="")
    print(
        f"{file}: {_time(found.latency.median_ms)} on {found.latency.provenance}\n"
        f"Roof: {found.roof.macs_per_s / 1e9:,.1f} GMAC/s and {found.roof.bytes_per_s / 1e9:,.1f} GB/s, measured too."
    )


def calibrate(
    device: Name,
    experiment: str = "digits",
    export: Path | None = None,
    again: Flag = False,
    json: Json = False,
) -> None:
    """Learn what a device's latencies are made of, so that a search can predict them.

    Args:
        device: host, chromium-headless, or a device that was added.
        experiment: Whose space of students to calibrate for: a name or a .py file.
        export: Only write the files to measure into this folder, with a table to fill in, for a device elsewhere.
        again: Measure even where a profile is kept.
        json: Print one JSON object.
    """
    from experiments import devices, store
    from experiments.calibrate import profile_of, told
    from experiments.catalogue import find
    from experiments.data.load import load
    from experiments.export import export_students
    from experiments.launch import quiet_libraries
    from experiments.progress import Display

    value = find(experiment)
    quiet_libraries()
    data = load(value.data)
    space = dict(
        input_shape=data.train.input_shape,
        classes=data.train.classes,
        size_limit=value.budget.size_bytes or float("inf"),
    )
    if export is not None:
        print(export_students(export, value.space, **space))
        return
    with Display() as display:
        display.stage("device")
        with devices.opened(device, display.say) as opened:
            found = profile_of(
                opened,
                value.space,
                **space,
                folder=store.home() / "profiles",
                again=again,
                on_step=display.reach,
            )
    path = store.home() / "profiles" / f"{device}-{found.space_key}.json"
    if json:
        figures = {key: value for key, value in asdict(found).items() if key not in ("inverse", "prices_ms", "seen")}
        print(json_module.dumps({"profile": str(path), **figures}))
        return
    print(f"{found.provenance}, {found.date}\n{told(found)}; Spearman {found.spearman:.3f}\nkept in {path}")


def device(action: str) -> None:
    """Add, list and remove devices: potstill device add|list|remove"""


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
    from experiments import devices

    devices.require_name(name)
    if browser + adb + (table is not None) != 1:
        raise UserError("say how the device is reached, by one of --browser, --adb, --table FILE")
    if browser:
        settings = dict(kind="browser", address=_address(address) if lan else "127.0.0.1", port=port)
        with devices.browser(name, settings, _invite(name)) as opened:
            settings["about"] = opened.provenance().processor
            shown = _trial(opened)
    elif adb:
        tool = str(benchmark_model.absolute()) if benchmark_model else None
        settings = dict(kind="adb", serial=serial, benchmark_model=tool, delegate=delegate, threads=threads)
        opened = devices.phone(name, settings, devices.tell)
        shown = _trial(opened)
    else:
        from deploy.devices.table import Table, TableRefused

        settings = dict(kind="table", text=read(table).decode(errors="replace"))
        try:
            opened = Table(name, settings["text"])
        except TableRefused as error:
            raise UserError(f"{table}: {error}; docs/devices.md has an example") from error
        shown = f"{len(opened.digests)} files"
    devices.add(name, settings)
    print(f"added {opened.provenance()}: {shown}\nNext: potstill calibrate {name}, or potstill run ... --device {name}")


def list_(json: Json = False) -> None:
    """List the devices.

    Args:
        json: Print one JSON object.
    """
    from experiments import devices

    found = {name: about for name, about in devices.BUILT_IN.items()}
    found |= {name: devices.described(settings) for name, settings in devices.added().items()}
    if json:
        print(json_module.dumps(found))
        return
    for name, about in found.items():
        print(f"{name:<20}{about}")


def remove(name: Name) -> None:
    """Forget a device.

    Args:
        name: Its name.
    """
    from experiments import devices

    devices.remove(name)
    print(f"{name} is forgotten; its profiles are kept")


DEVICE = {"add": add, "list": list_, "remove": remove}


def _trial(opened) -> str:
    """One small measurement: a device that is added has shown that it can."""
    from experiments.calibrate import smallest_file

    return f"a tiny student takes {_time(opened.measure([smallest_file()])[0].median_ms)} there"


def _invite(name: str):
    from experiments import devices, litertjs

    return lambda address: devices.tell(litertjs.invitation(name, address))


def _address(given: str | None) -> str:
    """This machine's address in the network."""
    if given is not None:
        return given
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent; the system only says which of its addresses it would send from.
            probe.connect(("192.0.2.1", 9))
            return probe.getsockname()[0]
        except OSError as error:
            raise UserError("this machine's address in the network cannot be found; give it with --address") from error


def _time(milliseconds: float) -> str:
    return f"{1e3 * milliseconds:.2f} µs" if milliseconds < 1 else f"{milliseconds:.2f} ms"
