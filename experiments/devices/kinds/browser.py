"""Devices that are reached by their browser: LiteRT.js is fetched, and a page invited."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace

from deploy.devices.browser import Browser
from deploy.devices.device import Say
from deploy.devices.latency import Provenance
from experiments.devices import litertjs
from experiments.devices.settings import DeviceSettings
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
