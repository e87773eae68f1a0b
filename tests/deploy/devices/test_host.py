import os
import signal

import numpy as np
import pytest

from deploy.devices import host, timing
from deploy.devices.device import DeviceFailed
from deploy.devices.host import Host
from deploy.errors import FileRefused

QUICK = dict(rounds=3, round_seconds=0.003)


def test_latencies_carry_their_provenance(tiny_file):
    steps = []
    first, second = Host(**QUICK).measure([tiny_file, tiny_file], lambda *step: steps.append(step))
    for latency in (first, second):
        assert 0 < latency.median_ms < 100
        assert latency.spread_ms >= 0
        assert latency.first_ms > 0
        assert latency.warm_up_ms > 0
        assert latency.runs >= 9
        assert latency.date.endswith("+00:00")
    assert (first.provenance.device, first.provenance.kind, first.provenance.threads) == ("host", "host", 1)
    assert first.provenance.runtime.startswith("LiteRT ")
    assert str(first.provenance).startswith(f"host ({host.processor()}, LiteRT ")
    assert steps == [(1, 3), (2, 3), (3, 3)]


def test_bytes_that_are_no_model_are_refused(tiny_file):
    with pytest.raises(FileRefused, match="TFL3"):
        Host(**QUICK).measure([b"no model"])
    with pytest.raises(FileRefused, match="damaged"):
        Host(**QUICK).measure([tiny_file[: len(tiny_file) // 2]])


def crash(*_):
    os.kill(os.getpid(), signal.SIGSEGV)


def hang(*_):
    signal.pause()


def test_a_crash_of_the_interpreter_stays_in_the_child(tiny_file, monkeypatch):
    monkeypatch.setattr(timing, "load", crash)
    with pytest.raises(FileRefused, match="crashed on the file"):
        Host(**QUICK).measure([tiny_file])


def test_a_child_that_hangs_is_given_up(tiny_file, monkeypatch):
    monkeypatch.setattr(timing, "one_round", hang)
    monkeypatch.setattr(host, "_TIMEOUT_SECONDS", 5)
    with pytest.raises(DeviceFailed, match="no answer from the measuring process"):
        Host(**QUICK).measure([tiny_file])


@pytest.mark.parametrize("dtype", ["float32", "int8", "uint8", "int32", "int64", "bool"])
def test_inputs_of_any_number_are_made_up(dtype):
    noise = timing._noise({"dtype": np.dtype(dtype), "shape": np.array([2, 3])})
    assert noise.dtype == dtype
    assert noise.shape == (2, 3)


def test_rounds_go_through_the_files_in_changing_order(tiny_file, monkeypatch):
    order = []
    monkeypatch.setattr(timing.Timed, "round_median", lambda timed: order.append(timed) or 1.0)
    timing.load([tiny_file] * 6, 1, 0.001)
    for number in range(3):
        assert timing.one_round(number) == [1.0] * 6
    rounds = [order[start : start + 6] for start in (0, 6, 12)]
    assert all(set(each) == set(timing._running) for each in rounds)
    assert rounds[0] != rounds[1]
