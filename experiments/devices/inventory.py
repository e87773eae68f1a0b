"""The user's devices: the host, a headless Chromium, and those that were added."""

import importlib
import json
import pkgutil
import re
import sys
from contextlib import AbstractContextManager
from pathlib import Path

from deploy.devices.chromium import NAME
from deploy.devices.device import Device, Say
from deploy.devices.host import Host
from deploy.devices.latency import Latency
from deploy.files import atomic
from experiments.devices import kinds
from experiments.devices.kinds import chromium, host
from experiments.devices.settings import DeviceOptions, DeviceSettings
from experiments.errors import UserError
from experiments.run import home

BUILT_IN: dict[str, DeviceSettings] = {
    Host.name: host.Settings(),
    NAME: chromium.Settings(),
}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def folder() -> Path:
    """The folder of added devices, a JSON file each."""
    return home.home() / "devices"


def names() -> list[str]:
    """The names of all devices, those that come with Potstill first."""
    return [*BUILT_IN, *(path.stem for path in sorted(folder().glob("*.json")))]


def settings(name: str) -> DeviceSettings:
    """The settings of a device. Raises `UserError` for one that is not there, or whose file is damaged."""
    require_device(name)
    if name in BUILT_IN:
        return BUILT_IN[name]
    path = folder() / f"{name}.json"
    try:
        return DeviceSettings.from_record(json.loads(path.read_text()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(
            f"the device {name} cannot be read from {path} ({type(error).__name__}: {error}); add it again, or forget "
            f"it with: potstill device remove {name}"
        ) from error


def options_by_kind() -> dict[str, type[DeviceOptions]]:
    """The options of `potstill device add`, of each kind that users add; what needs the least set-up first."""
    modules = {
        module.name: importlib.import_module(f"{kinds.__name__}.{module.name}")
        for module in pkgutil.iter_modules(kinds.__path__)
    }
    options = {kind: module.Options for kind, module in modules.items() if hasattr(module, "Options")}
    return dict(sorted(options.items(), key=lambda item: item[1].place))


def require_name(name: str) -> None:
    """Raise `UserError` for a name that no device can be added under."""
    if name in BUILT_IN:
        raise UserError(f"{name} comes with Potstill; choose another name")
    if not _NAME.fullmatch(name):
        raise UserError(f"the name {name!r} must be letters, digits, '_' and '-', such as my-phone")


def add(name: str, added: DeviceSettings) -> None:
    """Keep a device, in place of one of the same name."""
    require_name(name)
    folder().mkdir(parents=True, exist_ok=True)
    with atomic(folder() / f"{name}.json") as partial:
        partial.write_text(json.dumps(added.to_record(), indent=1))


def remove(name: str) -> None:
    """Forget an added device. Raises `UserError` where there is none."""
    require_device(name)
    if name in BUILT_IN:
        raise UserError(f"{name} comes with Potstill and stays")
    (folder() / f"{name}.json").unlink()


def require_device(name: str) -> None:
    """Raise `UserError` for a device that is not there."""
    if name not in names():
        raise UserError(
            f"device is {name!r}: known devices are {', '.join(names())}; add one with: potstill device add NAME --help"
        )


def opened(name: str, say: Say) -> AbstractContextManager[Device]:
    """A device, ready to measure; `say` is told what it waits for. Raises `UserError` for one that is not there."""
    return settings(name).open(name, say)


def measured(device: Device, model_bytes: bytes) -> Latency | None:
    """A file's latency; None from a device that has only what was measured before."""
    return device.measure([model_bytes])[0] if device.only_files is None else None


def tell(line: str) -> None:
    """Print a line on standard error, as commands do while they wait."""
    print(line, file=sys.stderr, flush=True)
