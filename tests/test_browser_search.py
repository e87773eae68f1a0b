"""A whole search whose latency limit holds on a browser, launched as a user launches it."""

import json
import shutil
from pathlib import Path

import pytest

from deploy.latency.fit import MIN_MEASUREMENTS
from experiments.devices import calibrate
from tests.command import potstill

TINY = Path(__file__).with_name("tiny.py")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("chromium") is None, reason="there is no Chromium")
@pytest.mark.skipif(shutil.which("npm") is None, reason="there is no npm to fetch LiteRT.js with")
def test_a_search_on_chromium_ends_in_files_that_were_measured_there(tmp_path, monkeypatch):
    # Fewer files tell a space this small.
    monkeypatch.setattr(calibrate, "STUDENTS", MIN_MEASUREMENTS + 4)
    monkeypatch.setenv("POTSTILL_HOME", str(tmp_path))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    options = ["--device", "chromium-headless", "--search.trials", "2", "--search.survivors", "1", "--json"]
    ended = potstill("run", TINY, *options, "--finalists.compressions", "int8", "--finalists.grow", "1")
    assert ended.returncode == 0, ended.stderr
    (file,) = json.loads(ended.stdout)["finalists"]
    assert file["proven"]
    assert file["latency"]["provenance"]["kind"] == "browser"
    assert file["latency"]["provenance"]["device"] == file["device"] == "chromium-headless"
    assert "chromium-headless (HeadlessChrome" in ended.stderr
