"""A real browser with the real LiteRT.js; the files that it measures and their answers are real."""

import contextlib
import shutil

import pytest

from deploy.devices import browser_session
from deploy.devices.chromium import NAME, Chromium
from deploy.devices.device import DeviceFailed
from experiments.devices import inventory
from experiments.devices.kinds.browser import Settings
from experiments.devices.litertjs import folder

needs_chromium = pytest.mark.skipif(
    not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), reason="there is no Chromium"
)
needs_npm = pytest.mark.skipif(shutil.which("npm") is None, reason="there is no npm to fetch LiteRT.js with")


@needs_chromium
@needs_npm
def test_chromium_measures(home, tiny_file):
    with inventory.opened(NAME, print) as device:
        latency, again = device.measure([tiny_file, tiny_file])
    assert 0 < latency.median_ms < 50
    assert latency.provenance.processor.startswith("HeadlessChrome ")
    assert latency.provenance.runtime.startswith("LiteRT.js ")
    assert again.runs >= 10
    assert folder().is_relative_to(home)


@needs_chromium
@needs_npm
def test_a_chromium_that_is_killed_is_started_again(home, tiny_file, monkeypatch):
    # Patience with a page that measures: a file of this size takes a second.
    monkeypatch.setattr(browser_session, "_JOB_SECONDS", 15.0)
    chromium = Chromium()
    opened = []

    def invite(address):
        opened.append(address)
        chromium.open(address)

    def kill_once(done, count):
        if done == 1:
            chromium._process.kill()

    with contextlib.closing(chromium), Settings().inviting("phone", invite) as device:
        latencies = device.measure([tiny_file] * 2, kill_once)
    assert all(latency.median_ms > 0 for latency in latencies)
    assert len(set(opened)) == 2


def test_a_missing_chromium_is_named(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with contextlib.closing(Chromium()) as chromium, pytest.raises(DeviceFailed, match="install Chromium"):
        chromium.open("http://127.0.0.1:1")
