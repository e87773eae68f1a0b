"""A phone on a cable; the phone and adb are a stand-in that speaks their formats."""

import json
import sys
import threading
import time
from pathlib import Path

import pytest

from deploy.devices.adb import Adb
from deploy.devices.device import DeviceFailed
from deploy.errors import FileRefused
from tests.deploy.devices import outputs

PHONE = "28051FDH200ABC         device usb:1-4 product:shiba model:Pixel_8 device:shiba transport_id:3"


class StandIn:
    """The stand-in's state."""

    def __init__(self, path: Path):
        self._path = path
        self.set(phones=[PHONE], celsius=[281], output=outputs.NEW)

    def set(self, **changes) -> None:
        state = json.loads(self._path.read_text()) if self._path.exists() else {}
        self._path.write_text(json.dumps({**state, **changes}))

    def __getitem__(self, key):
        return json.loads(self._path.read_text()).get(key)


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    commands = tmp_path / "bin"
    commands.mkdir()
    script = (Path(__file__).parent / "adb_stand_in.py").absolute()
    # Isolated and without site-packages, Python starts at once.
    (commands / "adb").write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "{script}" "$@"\n')
    (commands / "adb").chmod(0o755)
    monkeypatch.setenv("PATH", str(commands), prepend=":")
    monkeypatch.setenv("ADB_STAND_IN", str(tmp_path / "state.json"))
    return StandIn(tmp_path / "state.json")


@pytest.fixture
def tool(tmp_path):
    path = tmp_path / "benchmark_model"
    path.write_bytes(b"the tool")
    return path


def phone(tool, **options):
    return Adb("pixel", benchmark_model=tool, rest_seconds=0, **{"patience_seconds": 0.1, **options})


def test_a_phone_measures_and_says_what_it_is(stand_in, tool, tiny_file):
    steps = []
    first, second = phone(tool).measure([tiny_file, tiny_file], lambda *step: steps.append(step))
    assert (first.median_ms, first.first_ms, first.warm_up_ms, first.spread_ms) == (1.207, 1.801, 1.22344, 0)
    assert first.runs == 3 * 164
    assert steps == [(number, 6) for number in range(1, 7)]
    provenance = second.provenance
    assert provenance.processor == "Pixel 8, Google Tensor G3, Android 16"
    assert (provenance.kind, provenance.delegate, provenance.threads) == ("adb", "XNNPACK", 1)
    assert provenance.runtime.startswith("benchmark_model sha256 ")


def test_the_tool_is_pushed_once(stand_in, tool, tiny_file):
    phone(tool).measure([tiny_file])
    phone(tool).measure([tiny_file])
    pushed = [call for call in stand_in["calls"] if "push" in call and call[-1].endswith("benchmark_model")]
    assert len(pushed) == 1


@pytest.mark.parametrize(
    ("delegate", "flag"), [("xnnpack", "--use_xnnpack=true"), ("gpu", "--use_gpu=true"), ("nnapi", "--use_nnapi=true")]
)
def test_delegate_and_threads_reach_the_tool(stand_in, tool, tiny_file, delegate, flag):
    phone(tool, delegate=delegate, threads=4).measure([tiny_file])
    line = next(word for call in stand_in["calls"] for word in call if "--graph" in word)
    assert flag in line.split()
    assert "--num_threads=4" in line.split()


def test_a_delegate_that_took_nothing_is_no_measurement(stand_in, tool, tiny_file):
    stand_in.set(output=outputs.FELL_BACK)
    with pytest.raises(FileRefused, match="GPU delegate took none"):
        phone(tool, delegate="gpu").measure([tiny_file])


def test_what_the_tool_refuses_is_told_in_its_words(stand_in, tool, tiny_file):
    stand_in.set(output=outputs.FAILED)
    with pytest.raises(FileRefused, match="Failed to initialize the interpreter"):
        phone(tool).measure([tiny_file])


@pytest.mark.parametrize(
    ("phones", "told"),
    [
        ([], "adb sees no device; plug it in"),
        (["28051FDH200ABC  unauthorized usb:1-4 transport_id:3"], "accept on its screen"),
        (["28051FDH200ABC  offline usb:1-4 transport_id:3"], "says the phone is offline"),
        ([PHONE, "emulator-5554 device product:sdk"], "adb sees 2 devices; name one with --serial"),
    ],
)
def test_a_phone_that_cannot_be_used_is_named(stand_in, tool, phones, told):
    stand_in.set(phones=phones)
    with pytest.raises(DeviceFailed, match=told):
        phone(tool).provenance()


def test_a_missing_adb_is_named(tool, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(DeviceFailed, match="no adb on the PATH"):
        phone(tool).provenance()


def test_a_missing_tool_is_named(stand_in, tmp_path):
    with pytest.raises(DeviceFailed, match="no benchmark_model; add the device with --benchmark-model"):
        phone(None).provenance()
    with pytest.raises(DeviceFailed, match="there is no .*none"):
        phone(tmp_path / "none").provenance()


def test_a_phone_lost_in_the_middle_is_waited_for(stand_in, tool, tiny_file):
    stand_in.set(lose_at=2)
    said = []

    def plug_in_again():
        while not said:
            time.sleep(0.05)
        stand_in.set(phones=[PHONE])

    threading.Thread(target=plug_in_again, daemon=True).start()
    (latency,) = phone(tool, patience_seconds=30, say=said.append).measure([tiny_file])
    assert latency.median_ms == 1.207
    assert any("Waiting up to 30 s" in line for line in said)


def test_a_phone_that_stays_away_ends_the_measuring(stand_in, tool, tiny_file):
    stand_in.set(lose_at=2)
    with pytest.raises(DeviceFailed, match="adb sees no 28051FDH200ABC"):
        phone(tool).measure([tiny_file])


def test_a_warm_phone_cools_down_first(stand_in, tool, tiny_file, monkeypatch):
    monkeypatch.setattr("deploy.devices.battery._COOLING_SECONDS", 0.01)
    stand_in.set(celsius=[455, 421, 388])
    said = []
    phone(tool, patience_seconds=30, say=said.append).measure([tiny_file])
    assert said == ["pixel has 46 °C; waiting until it is at 40 °C"]
    stand_in.set(celsius=[455])
    with pytest.raises(DeviceFailed, match="still 46 °C"):
        phone(tool).measure([tiny_file])


def test_bytes_that_are_no_model_are_not_sent(stand_in, tool):
    with pytest.raises(FileRefused, match="TFL3"):
        phone(tool).measure([b"no model at all"])


def test_a_partly_delegated_file_says_so(stand_in, tool, tiny_file):
    stand_in.set(output=outputs.OLD)
    (latency,) = phone(tool, delegate="gpu").measure([tiny_file])
    assert latency.provenance.delegate == "GPU (59 of 64 operators)"


def test_energy_is_power_above_rest_by_the_batterys_counters(stand_in, tool, tiny_file):
    stand_in.set(at_rest="-200000\n4000000\n" * 10, busy="-700000\n4000000\n" * 10)
    # 2 W above rest for 1,212.61 microseconds.
    assert phone(tool).energy_uj(tiny_file) == pytest.approx(2 * 1212.61)
    stand_in.set(charging=True)
    assert phone(tool).energy_uj(tiny_file) is None
    stand_in.set(charging=False, busy="Permission denied")
    assert phone(tool).energy_uj(tiny_file) is None
