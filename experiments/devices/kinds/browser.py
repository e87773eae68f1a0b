"""Devices that are reached by their browser: LiteRT.js is fetched, and a page invited."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import ClassVar

from deploy.devices.browser import Browser
from deploy.devices.device import Say
from deploy.devices.latency import Provenance
from experiments.devices import litertjs
from experiments.devices.network import local_address
from experiments.devices.settings import DeviceOptions, DeviceSettings
from experiments.errors import UserError


@dataclass(frozen=True, kw_only=True)
class Settings(DeviceSettings):
    """A phone, or any device with a browser."""

    address: str = "127.0.0.1"
    """This machine's address to listen at."""
    port: int = 0
    """0 takes a free one."""
    about: str | None = None
    """The page's description of the device when it was added; another device is refused."""

    @contextmanager
    def open(self, name: str, say: Say) -> Iterator[Browser]:
        """As `DeviceSettings.open`; the user opens the address on the device."""
        with self.inviting(name, lambda address: say(litertjs.invitation(name, address))) as device:
            yield device

    @contextmanager
    def inviting(self, name: str, invite: Callable[[str], None]) -> Iterator[Browser]:
        """The device; `invite` is called with the address whenever the page is missing. Raises `UserError`."""
        try:
            device = Browser(
                name,
                litertjs=litertjs.folder(),
                litertjs_version=litertjs.VERSION,
                invite=invite,
                address=self.address,
                port=self.port,
                expected_description=self.about,
            )
        except OSError as error:
            raise UserError(
                f"cannot listen at {self.address} port {self.port} ({error.strerror}); add the "
                "device again with another --address or --port"
            ) from error
        with closing(device):
            yield device

    def describe(self) -> str:
        """As `DeviceSettings.describe`."""
        return f"by its browser at {self.address} port {self.port}: {self.about}"

    def recognizing(self, provenance: Provenance) -> "Settings":
        """As `DeviceSettings.recognizing`."""
        return replace(self, about=provenance.processor)


@dataclass(frozen=True, kw_only=True)
class Options(DeviceOptions):
    """A page that the phone opens."""

    flag: ClassVar[str] = "--browser"
    place: ClassVar[int] = 1
    browser: bool = False
    """The phone opens a page, by an address or a QR code; nothing is installed on it."""
    address: str | None = None
    """Of this machine, for --browser --lan; None finds it."""
    port: int = 8377
    """For --browser, the port to listen at."""
    lan: bool = False
    """For --browser, let the network in. Without it only this machine can open the page."""

    def settings(self) -> Settings:
        """As `DeviceOptions.settings`."""
        return Settings(address=local_address(self.address) if self.lan else "127.0.0.1", port=self.port)
