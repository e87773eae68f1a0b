"""A whole search whose latency limit holds on a browser, launched as a user launches it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("chromium") is None, reason="there is no Chromium")
@pytest.mark.skipif(shutil.which("npm") is None, reason="there is no npm to fetch LiteRT.js with")
def test_a_search_on_chromium_ends_in_files_that_were_measured_there(tmp_path):
    environment = {**os.environ, "POTSTILL_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "experiments.cli", "run", str(ROOT / "tests" / "tiny.py")]
    options = ["--device", "chromium-headless", "--search.trials", "2", "--search.survivors", "1", "--json"]
    ended = subprocess.run(
        [*command, *options, "--finalists.count", "1"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr
    (file,) = json.loads(ended.stdout)["finalists"]
    assert file["proven"]
    assert file["latency"]["provenance"]["kind"] == "browser"
    assert file["latency"]["provenance"]["device"] == file["device"] == "chromium-headless"
    assert "chromium-headless (HeadlessChrome" in ended.stderr
