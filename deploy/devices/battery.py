"""The battery of an Android phone: its temperature, and the power that its counters show."""

import re
import time

from deploy.devices.adb_connection import AdbConnection
from deploy.devices.device import DeviceFailed, Say

_COOLING_SECONDS = 5.0
_FOLDER = "/sys/class/power_supply/battery"
SAMPLING = f"for i in 1 2 3 4 5 6 7 8 9 10; do cat {_FOLDER}/current_now {_FOLDER}/voltage_now; sleep 0.4; done"
"""A shell command that prints ten readings of current and voltage in four seconds, as `mean_watts` takes them."""


class Battery:
    """The battery of one phone."""

    def __init__(self, phone: AdbConnection):
        self._phone = phone

    def celsius(self) -> float | None:
        """Its temperature; None where the phone does not say."""
        for line in self._state().splitlines():
            key, _, value = line.strip().partition(": ")
            if key == "temperature" and value.isdecimal():
                return int(value) / 10
        return None

    def cool_down(self, max_celsius: float, *, patience_seconds: float, say: Say) -> None:
        """Wait while it is warmer than `max_celsius`. Raises `DeviceFailed` if it still is after `patience_seconds`."""
        ends = time.monotonic() + patience_seconds
        waiting = False
        while (celsius := self.celsius()) is not None and celsius > max_celsius:
            if time.monotonic() > ends:
                raise DeviceFailed(
                    f"{self._phone.name}: still {celsius:.0f} °C after {patience_seconds:.0f} s; it measures at "
                    f"{max_celsius:.0f} °C or less. Unplug its charger, or take it out of its case"
                )
            if not waiting:
                say(f"{self._phone.name} has {celsius:.0f} °C; waiting until it is at {max_celsius:.0f} °C")
            waiting = True
            time.sleep(_COOLING_SECONDS)

    def charging(self) -> bool:
        """True if the phone has power from elsewhere."""
        return "powered: true" in self._state()

    def _state(self) -> str:
        return self._phone.shell("dumpsys battery")


def mean_watts(output: str) -> float | None:
    """The mean power in lines of current (microamperes) and voltage (microvolts) by turns; None without them."""
    readings = [int(line) for line in re.findall(r"^-?[0-9]+$", output, re.MULTILINE)]
    pairs = list(zip(readings[::2], readings[1::2]))
    # Current is negative while a battery gives, on most phones.
    return sum(abs(current) * voltage for current, voltage in pairs) / len(pairs) / 1e12 if pairs else None
