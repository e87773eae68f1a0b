"""Runs that Potstill kept before its modules moved into rooms are listed, shown, pulled and proven as they were then.

`data/make_old_store.py` made the store, and says how.
"""

import json
import os
import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from tests.command import potstill

STORE = Path(__file__).parent / "data" / "old_store"
RUN = "tiny-098ed19980"
TINY = Path(__file__).with_name("tiny.py")
PRINTED = json.loads((STORE / "printed.json").read_text())
"""The JSON objects that the commands of that day printed about this store."""


@pytest.fixture(scope="module")
def old_home(tmp_path_factory):
    """A home with the old store in it."""
    home = tmp_path_factory.mktemp("old")
    shutil.copytree(STORE / RUN, home / "runs" / RUN)
    with closing(sqlite3.connect(home / "mlflow.db")) as database:
        database.executescript((STORE / "mlflow.sql").read_text().replace("@HOME@", str(home)))
    (bundle,) = STORE.glob("*.zip")
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(home / "artifacts" / "tiny" / bundle.stem / "artifacts" / "bundle")
    return home


@pytest.fixture
def home(old_home, monkeypatch):
    monkeypatch.setenv("POTSTILL_HOME", str(old_home))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    return old_home


def printed(home, *arguments) -> dict:
    """The JSON object of a command, with the home's place left out."""
    ended = potstill(*arguments, "--json")
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout.replace(str(home), "@HOME@"))


@pytest.fixture(scope="module")
def pulled(old_home, tmp_path_factory):
    """The bundle and the file that are pulled, and the JSON objects that say so."""
    folder = tmp_path_factory.mktemp("pulled")
    records = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POTSTILL_HOME", str(old_home))
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        for name in ("bundle", "model.tflite"):
            records[name] = printed(old_home, "pull", "tiny", "--output", folder / name)
    return folder, records


def of_today(status: dict) -> dict:
    """What was printed then, with what is printed beside it today."""
    finalists = [{"name": finalist["trial"], **finalist} for finalist in status["finalists"]]
    return {**status, "finalists": finalists, "stage": None, "hours": None, "worked_hours": None}


def test_it_is_listed(home):
    (run,) = printed(home, "list")["runs"]
    assert [{name: run[name] for name in PRINTED["list"][0]}] == PRINTED["list"]
    (line,) = [line for line in potstill("list").stdout.splitlines() if line.endswith(f"{home}/runs/{RUN}")]
    assert line.startswith("  tiny            finished     ")


def test_its_status_is_shown(home):
    assert printed(home, "status", "tiny") == of_today(PRINTED["status"])
    text = potstill("status", "tiny").stdout
    assert text.startswith(f"tiny: finished, 4 of 4 trials, {home}/runs/{RUN}\n")
    assert "trial 0  18.66%    4,091 bytes      1.0 µs  stem 8 k3s1 | dense 1x8 k3e2s2" in text
    row = ["int8,", "trained", "72.14%", "-3.34", "73.35%", "6,857"]
    assert any(all(cell in line.split() for cell in row) for line in text.splitlines())


@pytest.mark.parametrize("lines", [0, 5, 12, 22])
def test_one_that_was_cut_off_shows_how_far_it_came(home, tmp_path, monkeypatch, lines):
    shutil.copytree(STORE / RUN, tmp_path / "runs" / RUN)
    journal = tmp_path / "runs" / RUN / "journal.jsonl"
    journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[:lines]))
    os.symlink(home / "mlflow.db", tmp_path / "mlflow.db")
    monkeypatch.setenv("POTSTILL_HOME", str(tmp_path))
    assert printed(tmp_path, "status", "tiny") == of_today(PRINTED[f"status after {lines} lines"])


def test_its_winner_is_pulled(pulled):
    folder, records = pulled
    for name, record in records.items():
        # The download's size was not printed then.
        assert record == {**PRINTED["pull"], "output": str(folder / name), "gzip_bytes": record["gzip_bytes"]}
    assert (folder / "bundle" / "model.tflite").read_bytes() == (folder / "model.tflite").read_bytes()


def test_limits_that_it_does_not_keep_name_its_nearest_files(home, tmp_path):
    ended = potstill("pull", "tiny", "--max-size-kb", "1", "--output", tmp_path / "none")
    assert ended.returncode == 1
    assert ended.stderr == PRINTED["refused"]


def test_its_bundle_is_proven(home, pulled):
    assert printed(home, "prove", pulled[0] / "bundle") == PRINTED["prove"]


def test_its_file_is_proven_against_the_experiment(home, pulled):
    proof = printed(home, "prove", pulled[0] / "model.tflite", "--experiment", TINY)
    known = dict(PRINTED["prove with the experiment"])
    # Measured anew.
    assert proof.pop("latency").keys() == known.pop("latency").keys()
    # Which there was not then.
    proof["checks"] = [check for check in proof["checks"] if check["name"] != "calibration"]
    for record in (proof, known):
        (budget,) = [check for check in record["checks"] if check["name"] == "budget"]
        assert budget.pop("detail").endswith("of 0.5; size_bytes 6857 of 9000")
    assert proof == known
