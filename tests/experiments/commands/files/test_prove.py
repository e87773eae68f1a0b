"""`potstill prove` on a bundle, where nothing that trains is installed."""

import json
import subprocess
import sys

import pytest

from deploy.packing.archive import pack
from deploy.packing.folder import with_manifest, write_bundle

_TRAINING = (
    "tensorflow",
    "tf_keras",
    "keras",
    "keras_tuner",
    "tensorflow_datasets",
    "mlflow",
    "sklearn",
    "requests",
)
# As on a machine that has none of them.
_WITHOUT = f"""
import sys
for name in {_TRAINING!r}:
    sys.modules[name] = None
from experiments.cli import main
main()
"""


def prove(*arguments, status=0):
    command = [sys.executable, "-c", _WITHOUT, "prove", *map(str, arguments)]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == status, ended.stderr
    return ended


@pytest.mark.parametrize("kind", ["folder", "archive"])
def test_a_bundle_is_proven_without_the_training_packages(bundle, tmp_path, kind):
    files = with_manifest(bundle.files())
    path = tmp_path / "b.zip"
    if kind == "folder":
        path = tmp_path / "b"
        write_bundle(path, files)
    else:
        path.write_bytes(pack(files))
    proof = json.loads(prove(path, "--json").stdout)
    assert proof["passed"]
    assert proof["test_accuracy"] == bundle.records["proof"]["test_accuracy"]
    assert "answers       passed" in prove(path).stdout


def test_a_false_claim_fails_with_a_status(bundle, tmp_path):
    records = {**bundle.records, "proof": {**bundle.records["proof"], "sha256": "0" * 64}}
    files = {**bundle.files(), "proof.json": json.dumps(records["proof"]).encode()}
    write_bundle(tmp_path / "b", with_manifest(files))
    assert "proof         FAILED" in prove(tmp_path / "b", status=1).stdout


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"proof.json": b"{}"}, "proof.json or about.json lacks"),
        ({"labels.txt": b"one\n"}, "labels.txt has 1 entries"),
        ({"model.tflite": b"TFL3TFL3 and then nothing"}, "damaged"),
    ],
)
def test_a_bundle_that_is_wrong_in_itself_is_refused_in_a_line(bundle, tmp_path, change, message):
    write_bundle(tmp_path / "b", with_manifest({**bundle.files(), **change}))
    told = prove(tmp_path / "b", status=1).stderr.splitlines()
    assert told[-1].startswith("error: ")
    assert message in told[-1]
    assert not any("Traceback" in line for line in told)


def test_what_needs_training_packages_says_how_to_get_them(student_bytes, tmp_path):
    (tmp_path / "a.tflite").write_bytes(student_bytes)
    assert "pip install 'potstill[train]'" in prove(tmp_path / "a.tflite", "--experiment", "digits", status=1).stderr
    assert "say with --experiment" in prove(tmp_path / "a.tflite", status=1).stderr
