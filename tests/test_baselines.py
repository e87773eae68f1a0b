"""The honest mode as a user launches it: on a finished run, cut off half-way, gone on with by workers."""

import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import potstill

TINY = str(Path(__file__).with_name("tiny.py"))
SMALLER = ["--search.trials", "2", "--search.survivors", "1", "--finalists.count", "1"]
LAUNCH = [sys.executable, "-m", "experiments.cli", "run", TINY, *SMALLER]
BASELINES = ["--baselines", "--baseline-seeds", "2"]


@pytest.mark.slow
def test_a_finished_run_gets_baselines_killed_half_way_and_gone_on_with(tmp_path):
    environment = {**os.environ, "POTSTILL_HOME": str(tmp_path)}
    environment.pop("MLFLOW_TRACKING_URI", None)

    def launched(*arguments):
        ended = potstill("run", TINY, *SMALLER, *arguments, environment=environment)
        assert ended.returncode == 0, ended.stderr[-3000:]
        return ended

    plain = json.loads(launched("--json").stdout)
    assert "baselines" not in plain
    process = subprocess.Popen([*LAUNCH, *BASELINES], stderr=subprocess.PIPE, text=True, env=environment)
    for line in process.stderr:
        if "baselines: random search" in line:
            process.send_signal(signal.SIGTERM)
            break
    rest = process.stderr.read()
    assert process.wait() == 130, rest
    journal = Path(plain["folder"], "journal.jsonl").read_text().splitlines()
    kinds = [json.loads(line)["record"]["kind"] for line in journal]
    assert "baseline search 1 trial" in kinds
    assert "baseline judged" not in kinds

    second = launched(*BASELINES, "--workers", "2", "--json")
    assert "finished before; going on to its baselines" in second.stderr
    assert "the search, seed 1" not in second.stderr
    outcome = json.loads(second.stdout)
    assert outcome["already_finished"]
    assert outcome["winner"] == plain["winner"]
    found = outcome["baselines"]
    assert found["seeds"] == [0, 1]
    assert set(found["arms"]) >= {"search", "random", "winner", "winner_alone"}
    with Path(plain["folder"], "report", "baselines.csv").open() as table:
        rows = list(csv.DictReader(table))
    assert len(rows) == sum(len(arm["rows"]) for arm in found["arms"].values())
    assert all(int(row["size_bytes"]) <= 9_000 for row in rows)
    for arm in found["arms"].values():
        assert [row["seed"] for row in arm["rows"]] == [0, 1]

    from mlflow.tracking import MlflowClient

    client = MlflowClient(f"sqlite:///{tmp_path}/mlflow.db")
    parent = client.get_run(plain["run_id"])
    assert parent.info.status == "FINISHED"
    assert parent.data.metrics["baseline_random_file_test_accuracy"] == pytest.approx(found["arms"]["random"]["mean"])
    assert {"baselines.csv", "baselines.png"} <= {file.path for file in client.list_artifacts(plain["run_id"])}

    third = launched(*BASELINES)
    assert "student" not in third.stderr
    assert "What was the search worth?" in third.stdout
    assert all(sentence in third.stdout for sentence in found["sentences"])
