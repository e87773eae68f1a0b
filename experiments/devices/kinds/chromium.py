"""A headless Chromium on this machine, as a device that comes with Potstill."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from deploy.devices.browser import Browser
from deploy.devices.chromium import Chromium
from deploy.devices.device import Say
from experiments.devices.kinds import browser
from experiments.devices.settings import DeviceSettings


@dataclass(frozen=True, kw_only=True)
class Settings(DeviceSettings):
    """This machine's Chromium needs none."""

    @contextmanager
    def open(self, name: str, say: Say) -> Iterator[Browser]:
        """As `DeviceSettings.open`; Chromium opens the address."""
        with closing(Chromium()) as chromium, browser.Settings().inviting(name, chromium.open) as device:
            yield device

    def describe(self) -> str:
        """As `DeviceSettings.describe`."""
        return "Chromium without a window on this machine, LiteRT.js"
