"""The demo itself, as the README gives it."""

import json
import os
import subprocess
import sys

import pytest

MODULE = [sys.executable, "-m", "experiments.cli"]


@pytest.mark.slow
def test_digits_run_as_a_module_ends_in_the_promised_file(tmp_path):
    environment = {**os.environ, "POTSTILL_HOME": str(tmp_path / "home")}
    environment.pop("MLFLOW_TRACKING_URI", None)

    def told(*command):
        ended = subprocess.run([*map(str, command)], capture_output=True, text=True, env=environment)
        assert ended.returncode == 0, ended.stderr[-3000:]
        return json.loads(ended.stdout)

    outcome = told(sys.executable, "-m", "experiments.digits", "--json")
    assert outcome["trials"] >= 20
    assert len(outcome["finalists"]) >= 3

    best = tmp_path / "best.tflite"
    pulled = told(*MODULE, "pull", "digits", "--max-size-kb", "24", "--output", best, "--json")
    assert best.stat().st_size == pulled["size_bytes"] <= 24_000
    proof = told(*MODULE, "prove", best, "--experiment", "digits", "--json")
    assert proof["test_accuracy"] == pulled["accuracy"] >= 0.97

    status = told(*MODULE, "status", "digits", "--json")
    assert status["trials"] == status["feasible"] >= 20
    assert status["teacher_validation_accuracy"] >= 0.98
