"""The battery of an Android phone: its temperature, and the power that its counters show."""

import re

from deploy.devices.adb_connection import AdbConnection

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
