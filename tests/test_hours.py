"""A run in hours, launched as a user launches it: planned, pulled from while it goes on, killed and launched again."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import potstill

TINY = str(Path(__file__).with_name("tiny.py"))


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    kept = {key: value for key, value in os.environ.items() if key != "MLFLOW_TRACKING_URI"}
    return {**kept, "POTSTILL_HOME": str(tmp_path_factory.mktemp("home"))}


@pytest.fixture(scope="module")
def enough(environment):
    """Hours that suffice on this machine, as the refusal of too few tells them."""
    ended = potstill("run", TINY, "--hours", "0.001", environment=environment)
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    return float(re.search(r"needs ([\d.]+) or more", ended.stderr)[1])


def test_a_dry_run_shows_the_plan_and_keeps_nothing(environment, enough):
    ended = potstill("run", TINY, "--hours", "1", "--dry-run", "--json", environment=environment)
    assert ended.returncode == 0, ended.stderr
    plan = json.loads(ended.stdout)
    assert sum(stage["seconds"] for stage in plan["stages"]) == pytest.approx(3600)
    assert [stage["name"] for stage in plan["stages"]][-3:] == ["search", "refine", "deploy"]
    assert plan["rates"]["student_images_per_s"] > 0
    assert list(Path(environment["POTSTILL_HOME"]).glob("runs/*/experiment.json")) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--hours", "0"), "hours is 0"),
        (("--hours", "1", "--refine.hours", "2"), "refinement is a part of the run"),
        (("--dry-run",), "give --hours too"),
        (("--refine.hours", "0"), "refine.hours is 0"),
    ],
)
def test_hours_that_make_no_sense_are_refused_in_a_line(environment, options, message):
    ended = potstill("run", TINY, *options, environment=environment)
    # The parser refuses what it cannot build.
    assert ended.returncode in (1, 2)
    assert message in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.fixture(scope="module")
def run(environment, enough, tmp_path_factory):
    """A run that is pulled from and killed once it has its first file, and then finished."""
    command = [sys.executable, "-m", "experiments.cli", "run", TINY, "--hours", str(round(1.3 * enough, 3)), "--json"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
    lines = []
    for line in process.stderr:
        lines.append(line)
        if "search: trial" in line:
            break
    early = tmp_path_factory.mktemp("early") / "bundle"
    pulled = potstill("pull", "tiny", "--output", early, "--json", environment=environment)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    again = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert again.returncode == 0, again.stderr[-3000:]
    return dict(early=early, pulled=pulled, first="".join(lines), last=again.stderr, outcome=json.loads(again.stdout))


@pytest.mark.slow
def test_a_proven_file_can_be_pulled_while_the_run_goes_on(environment, run):
    assert run["pulled"].returncode == 0, run["pulled"].stderr
    assert "early file of student first: proven" in run["first"]
    proof = potstill("prove", run["early"], environment=environment)
    assert proof.returncode == 0, proof.stdout


@pytest.mark.slow
def test_a_second_launch_goes_on_with_the_plan_and_the_time_of_the_first(environment, run):
    folder = Path(run["outcome"]["folder"])
    records = [json.loads(line)["record"] for line in (folder / "journal.jsonl").read_text().splitlines()]
    assert sum(record["kind"] == "plan" for record in records) == 1
    assert "speeds measured" not in run["last"]
    assert "early file of student first" not in run["last"]
    # Longer than its last launch: what the first one had worked counts.
    assert json.loads((folder / "clock.json").read_text())["seconds"] > run["outcome"]["seconds"]


@pytest.mark.slow
def test_the_last_file_is_no_worse_on_validation_than_the_early_one(run):
    winner = run["outcome"]["winner"]
    assert winner["validation_accuracy"] >= json.loads(run["pulled"].stdout)["validation_accuracy"]
    assert winner["proven"]


@pytest.mark.slow
def test_the_plan_is_in_mlflow(environment, run):
    from mlflow.tracking import MlflowClient

    client = MlflowClient(f"sqlite:///{environment['POTSTILL_HOME']}/mlflow.db")
    run_id = run["outcome"]["run_id"]
    assert {"plan.txt", "plan.json"} <= {file.path for file in client.list_artifacts(run_id)}
    assert client.get_run(run_id).data.metrics["plan_student_images_per_s"] > 0
