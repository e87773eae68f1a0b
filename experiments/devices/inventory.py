"""The devices that the user has: the host, a headless Chromium, and those that were added."""

import contextlib
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from deploy.devices.adb import Adb
from deploy.devices.browser import Browser
from deploy.devices.chromium import NAME as CHROMIUM
from deploy.devices.chromium import Chromium
from deploy.devices.device import Device
from deploy.devices.host import Host
from deploy.devices.latency import Latency
from deploy.devices.table import Table
from experiments.devices import litertjs
from experiments.errors import UserError
from experiments.run import home

BUILT_IN = {
    Host.name: "this machine, LiteRT with XNNPACK",
    CHROMIUM: "Chromium without a window on this machine, LiteRT.js",
}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def folder() -> Path:
    """Where added devices are kept, a JSON file each."""
    return home.home() / "devices"


def added() -> dict[str, dict]:
    """The settings of each added device, by name."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(folder().glob("*.json"))}


def require_name(name: str) -> None:
    """Raise `UserError` for a name that no device can be added under."""
    if name in BUILT_IN:
        raise UserError(f"{name} comes with Potstill; choose another name")
    if not _NAME.fullmatch(name):
        raise UserError(f"the name {name!r} must be letters, digits, '_' and '-', such as my-phone")


def add(name: str, settings: dict) -> None:
    """Keep a device, in place of one of the same name."""
    require_name(name)
    folder().mkdir(parents=True, exist_ok=True)
    partial = folder() / f"{name}.partial"
    partial.write_text(json.dumps(settings, indent=1))
    partial.replace(folder() / f"{name}.json")


def remove(name: str) -> None:
    """Forget an added device. Raises `UserError` where there is none."""
    require_known(name)
    if name in BUILT_IN:
        raise UserError(f"{name} comes with Potstill and stays")
    (folder() / f"{name}.json").unlink()


def require_known(name: str) -> None:
    """Raise `UserError` for a device that is not there."""
    if name not in BUILT_IN and name not in added():
        known = ", ".join([*BUILT_IN, *added()])
        raise UserError(f"device is {name!r}: known devices are {known}; add one with: potstill device add NAME --help")


@contextlib.contextmanager
def opened(name: str, say: Callable[[str], None]) -> Iterator[Device]:
    """A device, ready to measure; `say` is told what it waits for. Raises `UserError` for one that is not there."""
    require_known(name)
    if name == CHROMIUM:
        chromium = Chromium()
        with contextlib.closing(chromium), browser(name, {}, chromium.open) as device:
            yield device
        return
    settings = added().get(name, {})
    if name == Host.name:
        yield Host()
    elif settings["kind"] == "adb":
        yield phone(name, settings, say)
    elif settings["kind"] == "browser":
        with browser(name, settings, lambda address: say(litertjs.invitation(name, address))) as device:
            yield device
    else:
        yield Table(name, settings["text"])


def phone(name: str, settings: dict, say: Callable[[str], None]) -> Adb:
    """An Android phone on a cable."""
    tool = settings["benchmark_model"]
    return Adb(
        name,
        benchmark_model=Path(tool) if tool else None,
        serial=settings["serial"],
        delegate=settings["delegate"],
        threads=settings["threads"],
        say=say,
    )


def described(settings: dict) -> str:
    """An added device in words."""
    if settings["kind"] == "browser":
        return f"by its browser at {settings['address']} port {settings['port']}: {settings['about']}"
    if settings["kind"] == "adb":
        return f"by adb, {settings['delegate']}, {settings['threads']} thread(s), {settings['serial'] or 'any serial'}"
    return "a table of measurements"


def measured(device: Device, model_bytes: bytes) -> Latency | None:
    """A file's latency; None from a table, which has only what was measured before."""
    return None if isinstance(device, Table) else device.measure([model_bytes])[0]


def tell(line: str) -> None:
    """What a command says while it waits, on standard error."""
    print(line, file=sys.stderr, flush=True)


@contextlib.contextmanager
def browser(name: str, settings: dict, invite: Callable[[str], None]) -> Iterator[Browser]:
    """A browser device with LiteRT.js at hand."""
    try:
        device = Browser(
            name,
            litertjs=litertjs.folder(),
            litertjs_version=litertjs.VERSION,
            invite=invite,
            address=settings.get("address", "127.0.0.1"),
            port=settings.get("port", 0),
            known_as=settings.get("about"),
        )
    except OSError as error:
        raise UserError(
            f"cannot listen at {settings.get('address')} port {settings.get('port')} ({error.strerror}); add the "
            "device again with another --address or --port"
        ) from error
    with contextlib.closing(device):
        yield device
