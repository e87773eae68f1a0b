"""The demo itself, as the README gives it, and its bundle wherever it says that it runs."""

import base64
import contextlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deploy.demo.server import DemoServer
from deploy.exports.agreement import agreement
from deploy.exports.export import Export
from deploy.packing.archive import open_any
from experiments.devices import litertjs
from tests.command import potstill
from tests.deploy.exports.mil_in_numpy import package_outputs
from tests.deploy.integration.predict_code import predict_code
from tests.page import needs_chromium, needs_npm, opened

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    found = {**os.environ, "POTSTILL_HOME": str(tmp_path_factory.mktemp("home"))}
    found.pop("MLFLOW_TRACKING_URI", None)
    return found


def printed(environment, *arguments) -> dict:
    """The JSON object that a command prints."""
    ended = potstill(*arguments, "--json", environment=environment)
    assert ended.returncode == 0, ended.stderr[-3000:]
    return json.loads(ended.stdout)


@pytest.fixture(scope="module")
def outcome(environment):
    command = [sys.executable, "-m", "experiments.digits", "--json"]
    ended = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert ended.returncode == 0, ended.stderr[-3000:]
    return json.loads(ended.stdout)


@pytest.fixture(scope="module")
def pulled(environment, outcome, tmp_path_factory):
    """What `pull` says of the bundle that it wrote."""
    output = tmp_path_factory.mktemp("pulled") / "bundle"
    return printed(environment, "pull", "digits", "--max-size-kb", "24", "--output", output)


@pytest.fixture(scope="module")
def pictures(pulled) -> list[bytes]:
    """The known examples as image files."""
    found = []
    for pixels in open_any(Path(pulled["output"])).answers.pixels:
        content = io.BytesIO()
        Image.fromarray(pixels[..., 0]).save(content, "png")
        found.append(content.getvalue())
    assert len(found) >= 200
    return found


@pytest.fixture(scope="module")
def labels(pulled) -> list[str]:
    """What the file said of them when it was proven."""
    bundle = open_any(Path(pulled["output"]))
    return [bundle.labels[number] for number in bundle.answers.outputs.argmax(axis=1)]


def test_digits_run_as_a_module_ends_in_the_promised_file(environment, outcome, pulled):
    assert outcome["trials"] >= 20
    assert len(outcome["finalists"]) >= 3
    model = Path(pulled["output"]) / "model.tflite"
    assert model.stat().st_size == pulled["size_bytes"] <= 24_000
    proof = printed(environment, "prove", model, "--experiment", "digits")
    assert proof["test_accuracy"] == pulled["accuracy"] >= 0.97
    status = printed(environment, "status", "digits")
    assert status["trials"] == status["feasible"] >= 20
    assert status["teacher_validation_accuracy"] >= 0.98


def test_python_names_every_known_example_as_the_file_did(pulled, pictures, labels):
    classifier = predict_code(Path(pulled["output"]) / "integration/python/predict.py").Classifier()
    assert [classifier.classify(io.BytesIO(picture))[0][0] for picture in pictures] == labels


@needs_chromium
@needs_npm
def test_a_browser_names_every_known_example_as_the_file_did(pulled, pictures, labels, tmp_path, monkeypatch):
    monkeypatch.setenv("POTSTILL_HOME", str(tmp_path))
    server = DemoServer(open_any(Path(pulled["output"])), litertjs=litertjs.folder())
    with contextlib.closing(server), opened() as page:
        page.open(server.url)
        found = page.run(f"""
            const {{open}} = await import('/integration/javascript/classifier.js');
            const classifier = await open('/integration/javascript/'), found = [];
            for (const text of {json.dumps([base64.b64encode(picture).decode() for picture in pictures])}) {{
              const picture = await (await fetch(`data:image/png;base64,${{text}}`)).blob();
              found.push((await classifier.classify(picture)).classes[0].label);
            }}
            return found;""")
    assert found == labels


@pytest.mark.parametrize("to", ["onnx", "coreml", "c-array", "web"])
def test_exports_agree_with_the_file_on_every_known_example(environment, pulled, labels, tmp_path, to):
    found = printed(environment, "export", pulled["output"], "--to", to, "--output", tmp_path / "export")
    agreed = found["agreement"]
    if to == "coreml":
        assert agreed is None
        bundle = open_any(Path(pulled["output"]))
        outputs = package_outputs(tmp_path / "export", bundle)
        export = Export(files={}, ran_in="NumPy", outputs=outputs, same_integers=False)
        agreed = json.loads(json.dumps(agreement(export, bundle).to_record()))
    assert agreed["examples"] == len(labels)
    # Microcontrollers' kernels round a step otherwise, floats more: a tie may be settled another way there.
    assert agreed["holds"]
    if to in ("onnx", "web"):
        assert set(agreed["step_counts"]) == {"0"}
    assert sum(agreed["step_counts"].values()) == np.prod(open_any(Path(pulled["output"])).answers.outputs.shape)
