"""The whole path on tiny data, launched as a user launches it: killed, launched again, pulled and proven."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import requests

from deploy.budget import Budget
from deploy.cost import CostReport
from tests.command import potstill as potstill_here

TINY = str(Path(__file__).with_name("tiny.py"))
MODULE = [sys.executable, "-m", "experiments.cli"]


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    kept = {key: value for key, value in os.environ.items() if key != "MLFLOW_TRACKING_URI"}
    return {**kept, "POTSTILL_HOME": str(tmp_path_factory.mktemp("home"))}


def potstill(environment, *arguments, status=0):
    ended = potstill_here(*arguments, environment=environment)
    assert ended.returncode == status, ended.stderr[-3000:]
    return ended


def launch_until(environment, words, sign):
    """Launch the tiny run and send a signal when a line with these words appears; returns all lines and the status."""
    process = subprocess.Popen([*MODULE, "run", TINY], stderr=subprocess.PIPE, text=True, env=environment)
    lines = []
    for line in process.stderr:
        lines.append(line)
        if words in line:
            process.send_signal(sign)
            break
    lines += process.stderr.readlines()
    return "".join(lines), process.wait()


@pytest.fixture(scope="module")
def run(environment):
    """The tiny run: killed in the search, terminated in the deploy stage, then finished. What each launch said."""
    killed, _ = launch_until(environment, "trial 1, rung 0", signal.SIGKILL)
    after_kill = json.loads(potstill(environment, "status", "tiny", "--json").stdout)
    # A slow machine names a finalist in its progress too, before there is one.
    terminated, status = launch_until(environment, " proven", signal.SIGTERM)
    after_term = json.loads(potstill(environment, "status", "tiny", "--json").stdout)
    last = potstill(environment, "run", TINY, "--json")
    return dict(
        killed=killed,
        after_kill=after_kill,
        terminated=terminated,
        term_status=status,
        after_term=after_term,
        last=last.stderr,
        outcome=json.loads(last.stdout),
    )


@pytest.fixture(scope="module")
def client(environment, run):
    from mlflow.tracking import MlflowClient

    return MlflowClient(f"sqlite:///{environment['POTSTILL_HOME']}/mlflow.db")


def test_a_killed_run_goes_on_from_its_last_finished_trial(run):
    assert run["after_kill"]["state"] == "interrupted"
    assert run["after_kill"]["trials"] == 2
    assert "going on" in run["terminated"]
    assert "trial 0, rung 0" not in run["terminated"]
    assert "trial 2, rung 0" in run["terminated"]


def test_a_terminated_run_says_what_is_kept_and_goes_on(run):
    assert run["term_status"] == 130
    assert "the same command goes on from there" in run["terminated"]
    assert run["after_term"]["state"] == "interrupted"
    assert len(run["after_term"]["finalists"]) == 1
    assert "rung 0" not in run["last"]
    assert run["last"].count(" proven as ") == 2


def test_a_finished_run_says_that_it_is_finished(environment, run):
    again = potstill(environment, "run", TINY)
    assert "was finished before" in again.stdout
    assert "trial" not in again.stderr


def test_no_trained_trial_broke_its_budget(environment, run):
    status = json.loads(potstill(environment, "status", "tiny", "--json").stdout)
    assert status["state"] == "finished"
    assert status["trials"] == status["feasible"] == 4
    journal = Path(status["folder"], "journal.jsonl").read_text().splitlines()
    trained = [r for r in (json.loads(line)["record"] for line in journal) if r["kind"] == "trial"]
    assert len(trained) == 6
    budget = Budget(**json.loads(Path(status["folder"], "experiment.json").read_text())["budget"])
    for record in trained:
        assert not budget.broken_by(CostReport(**record["cost"]))
    for finalist in status["finalists"]:
        assert finalist["proven"]
        assert finalist["size_bytes"] <= budget.size_bytes
        assert finalist["latency_ms"] <= budget.latency_ms


def test_the_most_accurate_student_is_trained_on_from_both_starts_and_the_better_one_is_taken(environment, run):
    status = json.loads(potstill(environment, "status", "tiny", "--json").stdout)
    journal = Path(status["folder"], "journal.jsonl").read_text().splitlines()
    records = [json.loads(line)["record"] for line in journal]
    refined = [record for record in records if record["kind"] == "refined" and record["start"] != "grown"]
    assert {record["start"] for record in refined} == {"continued", "anew"}
    best = max(refined, key=lambda record: record["result"]["validation_accuracy"])["result"]
    searched = [record for record in records if record["kind"] == "trial" and record["rung"] == best["rung"] - 1]
    assert best["trial"] == max(searched, key=lambda record: record["validation_accuracy"])["trial"]
    students = Path(status["folder"], "students")
    start = max(refined, key=lambda record: record["result"]["validation_accuracy"])["start"]
    weights = [students / f"{name}-rung2.weights.h5" for name in (best["trial"], f"{best['trial']}-{start}")]
    assert weights[0].read_bytes() == weights[1].read_bytes()
    assert run["outcome"]["winner"]["trial"] in {finalist["trial"] for finalist in status["finalists"]}
    # A wider student is over the budget: it must not stand for the search's student, in whatever order they did.
    wider = [record["result"]["trial"] for record in records if record["kind"] == "refined" and record not in refined]
    assert wider
    assert not set(wider) & {record["trial"] for record in searched}


def test_each_finalist_has_its_files_and_the_rule_says_which_ships(environment, run):
    from deploy.compress.choice import best_file
    from experiments.run.outcome import Finalist

    finalists = [Finalist.from_record(record) for record in run["outcome"]["finalists"]]
    compressions = {finalist.compression.split(" ")[0] for finalist in finalists}
    assert compressions == {"int8", "zeros", "channels"}
    assert run["outcome"]["winner"]["name"] == best_file([f for f in finalists if f.proven]).name
    pruned = next(finalist for finalist in finalists if finalist.compression.startswith("zeros"))
    assert pruned.sparsity >= 0.25


def test_the_run_ends_in_bytes_that_the_interpreter_runs(environment, run, tmp_path):
    from deploy.tflite import runtime

    output = tmp_path / "best.tflite"
    pulled = json.loads(potstill(environment, "pull", "tiny", "--output", output, "--json").stdout)
    winner = run["outcome"]["winner"]
    assert (pulled["sha256"], pulled["size_bytes"]) == (winner["sha256"], output.stat().st_size)
    assert pulled["accuracy"] == winner["test_accuracy"]
    logits = runtime.run(output.read_bytes(), np.zeros((2, 8, 8, 1), np.uint8))
    assert logits.shape == (2, 10)

    proof = json.loads(potstill(environment, "prove", output, "--experiment", TINY, "--json").stdout)
    assert proof["passed"]
    assert proof["test_accuracy"] == winner["test_accuracy"]


@pytest.fixture(scope="module")
def bundle(environment, run, tmp_path_factory):
    """The winner's bundle, as `pull` hands it over."""
    output = tmp_path_factory.mktemp("pulled") / "bundle"
    potstill(environment, "pull", "tiny", "--output", output)
    return output


def test_a_bundle_explains_itself_and_is_proven_again_by_itself(environment, run, bundle):
    wanted = {"model.tflite", "labels.txt", "preprocessing.json", "known_answers.npz", "README.md", "proof.html"}
    assert wanted <= {path.name for path in bundle.iterdir()}
    assert {path.name for path in (bundle / "integration").iterdir()} == {
        "python", "javascript", "kotlin", "swift", "micro"
    }  # fmt: skip
    proof = json.loads(potstill(environment, "prove", bundle, "--json").stdout)
    assert proof["passed"]
    assert proof["sha256"] == run["outcome"]["winner"]["sha256"]
    assert proof["differences"] == {"0": 2560}
    whole = json.loads(potstill(environment, "prove", bundle, "--experiment", TINY, "--json").stdout)
    assert whole["test_accuracy"] == proof["test_accuracy"] == run["outcome"]["winner"]["test_accuracy"]


def test_a_bundle_has_the_teachers_answers_too(bundle):
    answers = np.load(bundle / "known_answers.npz")
    assert answers["teacher_logits"].shape == answers["outputs"].shape
    # The tiny teacher is a poor one, and better than chance.
    assert np.mean(answers["teacher_logits"].argmax(axis=1) == answers["labels"]) > 0.2


def test_the_python_code_of_a_bundle_names_the_class(bundle):
    command = [sys.executable, bundle / "integration/python/predict.py", bundle / "example.png", "--json"]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert told["label"] == str(np.load(bundle / "known_answers.npz")["outputs"][0].argmax())


def test_a_changed_byte_an_added_file_and_a_missing_one_are_named(environment, bundle, tmp_path):
    for name, change in {
        "model.tflite": lambda path: path.write_bytes(path.read_bytes() + b"x"),
        "labels.txt": Path.unlink,
        "more.txt": Path.touch,
    }.items():
        copy = tmp_path / name.replace(".", "")
        shutil.copytree(bundle, copy)
        change(copy / name)
        ended = potstill(environment, "prove", copy, status=1)
        assert ended.stderr.startswith(f"error: {name} ")
        assert ended.stderr.count("\n") == 1


def test_a_signed_and_encrypted_archive_opens_with_its_keys_alone(environment, run, tmp_path):
    private, public, key, other = (tmp_path / name for name in ("key.pem", "key.pub", "key", "other"))
    key.write_text(bytes(range(32)).hex())
    other.write_text(bytes(32).hex())
    for command in (
        ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", private],
        ["ec", "-in", private, "-pubout", "-out", public],
    ):
        subprocess.run(["openssl", *command], check=True, capture_output=True)
    output = tmp_path / "b.zip"
    potstill(environment, "pull", "tiny", "--output", output, "--sign", private, "--encrypt", key)
    given = ("prove", output, "--public-key", public)
    assert json.loads(potstill(environment, *given, "--key", key, "--json").stdout)["passed"]
    assert "--key" in potstill(environment, *given, status=1).stderr
    assert "does not open with this key" in potstill(environment, *given, "--key", other, status=1).stderr
    another = ("prove", output, "--public-key", private, "--key", key)
    assert "not signed" in potstill(environment, *another, status=1).stderr


def test_what_pull_is_asked_wrongly_is_said_before_anything_is_fetched(environment, run, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("all of it")
    (tmp_path / "short").write_text("secret")
    for arguments, message in (
        (("--output", tmp_path / "mine"), "is there and is no bundle"),
        (("--output", tmp_path / "x.tflite", "--encrypt", tmp_path / "short"), "give --output a folder or a .zip"),
        (("--output", tmp_path / "x", "--encrypt", tmp_path / "short"), "holds no key"),
    ):
        assert message in potstill(environment, "pull", "tiny", *arguments, status=1).stderr
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("x")] == []


def test_pull_within_limits_that_nothing_meets_names_the_nearest(environment, run, tmp_path):
    output = tmp_path / "none.tflite"
    ended = potstill(environment, "pull", "tiny", "--max-size-kb", "1", "--output", output, status=1)
    nearest = min(finalist["size_bytes"] for finalist in run["outcome"]["finalists"])
    assert f"nearest: {nearest / 1000:.1f} kB" in ended.stderr
    assert not output.exists()


def test_pull_to_an_unwritable_place_leaves_nothing(environment, run, tmp_path):
    ended = potstill(environment, "pull", "tiny", "--output", tmp_path / "no" / "best.tflite", status=1)
    assert "cannot write" in ended.stderr


def test_pull_refuses_a_changed_artifact(environment, run, client, tmp_path):
    folder = client.get_run(run["outcome"]["winner"]["run_id"]).info.artifact_uri.removeprefix("file://")
    path = Path(folder, "bundle", "model.tflite")
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    try:
        ended = potstill(environment, "pull", "tiny", "--output", tmp_path / "x.tflite", status=1)
        assert "model.tflite has SHA-256" in ended.stderr
    finally:
        path.write_bytes(content)


def test_mlflow_holds_the_tree(client, run):
    found = client.search_runs([client.get_experiment_by_name("tiny").experiment_id])
    by_kind = {}
    for each in found:
        by_kind.setdefault(each.data.tags["potstill.kind"], []).append(each)
    (parent,) = by_kind["experiment"]
    assert parent.info.status == "FINISHED"
    assert parent.inputs.dataset_inputs[0].dataset.digest == parent.data.tags["potstill.data_digest"][:36]
    assert "| passed |" in parent.data.tags["mlflow.note.content"]
    assert parent.data.tags["git.commit"]
    assert parent.data.params["search.trials"] == "4"
    artifacts = {file.path for file in client.list_artifacts(parent.info.run_id)}
    reports = {"pareto.png", "pareto.html", "front.csv", "latency_macs.png", "hypervolume.png"}
    assert {"experiment.json", "latency_profile.json"} | reports <= artifacts
    for each in found:
        assert each.info.status in ("FINISHED", "KILLED")
        if each is not parent:
            assert each.data.tags["mlflow.parentRunId"] == parent.info.run_id
    assert len(by_kind["teacher"]) == 1
    done = [trial for trial in by_kind["trial"] if trial.info.status == "FINISHED"]
    assert len(done) == 4
    for trial in done:
        assert "estimated_size_bytes" in trial.data.metrics
        # The last rung's are scored as files.
        assert ("file_validation_accuracy" in trial.data.metrics) == ("rung1_validation_accuracy" in trial.data.metrics)
        assert client.get_metric_history(trial.info.run_id, "loss")
    for finalist in by_kind["finalist"]:
        if finalist.info.status == "FINISHED":
            assert {"measured_size_bytes", "measured_host_latency_ms", "estimated_host_latency_ms"} <= set(
                finalist.data.metrics
            )
            assert {file.path for file in client.list_artifacts(finalist.info.run_id, "bundle")} >= {
                "bundle/model.tflite"
            }


def test_the_champion_is_registered_and_gives_the_files_own_answers(environment, client, run):
    import mlflow

    from deploy.tflite import model_io, runtime

    winner = run["outcome"]["winner"]
    version = client.get_model_version_by_alias("tiny", "champion")
    assert version.tags["sha256"] == winner["sha256"]
    mlflow.set_tracking_uri(f"sqlite:///{environment['POTSTILL_HOME']}/mlflow.db")
    served = mlflow.pyfunc.load_model("models:/tiny@champion")
    pixels = np.random.default_rng(0).integers(0, 256, (5, 8, 8, 1)).astype(np.uint8)
    folder = Path(run["outcome"]["folder"], "finalists", winner["name"])
    model_bytes = (folder / "model.tflite").read_bytes()
    sign = model_io.signature(runtime.load(model_bytes))
    expected = (runtime.run(model_bytes, pixels).astype(np.float32) - sign.output_zero_point) * sign.output_scale
    np.testing.assert_allclose(served.predict(pixels), expected, rtol=1e-6)


@pytest.fixture
def server(tmp_path):
    """A real MLflow server that keeps the artifacts too."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        uri = f"http://127.0.0.1:{probe.getsockname()[1]}"
    command = [sys.executable, "-m", "mlflow", "server", "--workers", "1", "--host", "127.0.0.1"]
    places = ["--backend-store-uri", f"sqlite:///{tmp_path}/s.db", "--artifacts-destination", str(tmp_path / "kept")]
    process = subprocess.Popen(
        [*command, *places, "--port", uri.rsplit(":", 1)[1]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    for _ in range(240):
        try:
            if requests.get(f"{uri}/health", timeout=5).ok:
                break
        except requests.ConnectionError:
            time.sleep(0.5)
    yield uri
    process.terminate()
    process.wait()


def test_other_fields_make_another_run_and_a_named_server_keeps_it(environment, run, server, tmp_path):
    elsewhere = {**environment, "MLFLOW_TRACKING_URI": server}
    assert "no proven file" in potstill(elsewhere, "pull", "tiny", status=1).stderr
    # Losses on features look into pruned and quantized students too.
    losses = ["--distillation.distillation-losses", "soft_targets", "hints", "attention_transfer", "relational"]
    ended = potstill(elsewhere, "run", TINY, "--search.trials", "2", "--finalists.count", "1", *losses, "--json")
    outcome = json.loads(ended.stdout)
    assert outcome["trials"] == 2
    assert outcome["folder"] != run["outcome"]["folder"]
    # The same teacher serves it: only the search and what follows ran again.
    assert "used again" in ended.stderr
    pulled = json.loads(potstill(elsewhere, "pull", "tiny", "--output", tmp_path / "b.tflite", "--json").stdout)
    assert pulled["sha256"] == outcome["winner"]["sha256"]
    assert list((tmp_path / "kept").rglob("model.tflite"))


def test_a_run_does_not_go_on_in_another_store(environment, run, tmp_path):
    path = Path(run["outcome"]["folder"], "journal.jsonl")
    journal = path.read_bytes()
    path.write_bytes(b"".join(journal.splitlines(keepends=True)[:-1]))
    try:
        elsewhere = {**environment, "MLFLOW_TRACKING_URI": f"sqlite:///{tmp_path}/other.db"}
        ended = potstill(elsewhere, "run", TINY, status=1)
        assert run["outcome"]["run_id"] in ended.stderr
        assert "MLFLOW_TRACKING_URI" in ended.stderr
    finally:
        path.write_bytes(journal)
