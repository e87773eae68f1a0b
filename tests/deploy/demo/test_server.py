"""What the demo's server hands out, and what it does not."""

import base64
import contextlib
import json
import urllib.error
import urllib.request
from dataclasses import replace

import numpy as np
import pytest

from deploy.bundle.known_answers import KnownAnswers
from deploy.demo.server import DemoServer
from deploy.demo.shown import shown
from deploy.integration import javascript


@pytest.fixture
def server(bundle, tmp_path):
    (tmp_path / "litertjs" / "core").mkdir(parents=True)
    (tmp_path / "litertjs" / "core" / "index.js").write_text("// LiteRT.js")
    (tmp_path / "secret").write_text("not for the page")
    with contextlib.closing(DemoServer(bundle, litertjs=tmp_path / "litertjs")) as server:
        yield server


def get(server: DemoServer, name: str):
    return urllib.request.urlopen(server.url + name, timeout=10)


def test_the_page_has_the_bundles_own_code_beside_it(server, bundle):
    assert b"/demo.js" in get(server, "").read()
    for name, content in javascript.files(bundle).items():
        assert get(server, name).read() == content
    with get(server, "litertjs/core/index.js") as answer:
        assert answer.headers["Content-Type"].startswith("text/javascript")
    assert json.loads(get(server, "bundle.json").read()) == shown(bundle)


def test_nothing_comes_from_elsewhere_and_nothing_goes_there(server):
    with get(server, "") as answer:
        policy = answer.headers["Content-Security-Policy"]
        text = answer.read().decode()
    assert policy.startswith("default-src 'self'")
    assert "http" not in policy
    assert "http://" not in text
    assert "https://" not in text
    assert answer.headers["Cross-Origin-Embedder-Policy"] == "require-corp"


@pytest.mark.parametrize(
    "name", ["litertjs/../secret", "../server.py", "litertjs/core", "none.js", "litertjs//etc/passwd"]
)
def test_what_is_not_the_pages_is_not_handed_out(server, name):
    with pytest.raises(urllib.error.HTTPError, match="404"):
        get(server, name)


def test_nothing_can_be_sent(server):
    with pytest.raises(urllib.error.HTTPError, match="501"):
        urllib.request.urlopen(server.url, b"data", timeout=10)


def test_examples_have_the_files_own_logits_and_take_turns_by_class(bundle):
    found, preprocessing = shown(bundle), bundle.preprocessing
    assert [example["label"] for example in found["examples"]] == [0, 1] * 12
    known = {pixels.tobytes(): outputs for pixels, outputs in zip(bundle.answers.pixels, bundle.answers.outputs)}
    for example in found["examples"]:
        outputs = known[base64.b64decode(example["pixels"])]
        steps = np.array(example["logits"]) / preprocessing.output_scale + preprocessing.output_zero_point
        np.testing.assert_allclose(steps, outputs, atol=1e-4)
        assert example["teacher_logits"] is None


def test_the_teachers_logits_go_along_with_their_examples(bundle):
    answers = bundle.answers
    teacher = np.stack([answers.labels, 10 + np.arange(len(answers.labels))], axis=1).astype(np.float32)
    found = shown(replace(bundle, answers=replace(answers, teacher_logits=teacher)))
    assert [example["teacher_logits"][0] for example in found["examples"]] == [0, 1] * 12


def test_what_records_do_not_say_is_none(bundle):
    answers = KnownAnswers(**{name: array[:3] for name, array in vars(bundle.answers).items() if array is not None})
    found = shown(replace(bundle, answers=answers, records={"proof": {}}))
    assert (found["name"], found["dataset"], found["test_accuracy"]) == (None, None, None)
    assert found["size_bytes"] == len(bundle.model_bytes)
    assert len(found["examples"]) == 3


def test_a_port_that_is_taken_is_an_error(server, bundle, tmp_path):
    with pytest.raises(OSError, match="in use"):
        DemoServer(bundle, litertjs=tmp_path, port=int(server.url.rstrip("/").rsplit(":", 1)[1]))
