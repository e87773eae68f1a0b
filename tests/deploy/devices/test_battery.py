import pytest

from deploy.devices.battery import mean_watts


def test_power_is_current_times_voltage():
    assert mean_watts("-250000\n4000000\n-350000\n4000000\n") == pytest.approx(1.2)
    assert mean_watts("cat: /sys/class/power_supply/battery/current_now: Permission denied\n") is None
