"""`potstill view`: what a viewer really shows of a profile, in a real browser."""

import contextlib
import os
import re
import signal
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from deploy.devices.host import Host
from deploy.errors import FileRefused
from deploy.latency import viewers as viewers
from deploy.latency.operator_times import time_operators
from deploy.tflite.operators import Graph
from experiments.commands.files.view import View
from experiments.errors import UserError
from tests.page import hear_ctrl_c, needs_chromium, opened

COMMAND = """
import sys
from pathlib import Path
from experiments.commands.files.view import View
if __name__ == "__main__":
    View(file=Path(sys.argv[1]), viewer=sys.argv[2], port=int(sys.argv[3]), no_browser=True).run()
"""


def has(viewer: str):
    return pytest.mark.skipif(viewer not in viewers.installed(), reason=f"{viewer} is not installed")


@pytest.fixture
def file(student_bytes, tmp_path):
    (tmp_path / "mine.tflite").write_bytes(student_bytes)
    return tmp_path / "mine.tflite"


@contextlib.contextmanager
def shown(tmp_path, file, viewer: str, port: int = 0):
    """The address that the command prints, until Ctrl-C."""
    (tmp_path / "command.py").write_text(COMMAND)
    process = subprocess.Popen(
        [sys.executable, str(tmp_path / "command.py"), str(file), viewer, str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        preexec_fn=hear_ctrl_c,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUNBUFFERED": "1"},
    )
    try:
        address = next(found for line in process.stdout if (found := re.search(r"http://\S+", line)))
        yield address[0]
        process.send_signal(signal.SIGINT)
        assert process.wait(30) in (0, -signal.SIGINT)
    finally:
        process.kill()
        process.communicate()


@needs_chromium
@has("netron")
def test_netron_shows_the_time_of_each_operator(student_bytes, file, tmp_path):
    names = [operator.name for operator in Graph(student_bytes).operators()]
    # Netron's page would tell its authors that it was used.
    alone = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    with shown(tmp_path, file, "netron") as address, opened(alone) as page:
        # What its page asks for at first would stand before the graph.
        page.open(f"{address}/favicon.ico")
        page.run("document.cookie = 'consent=1'")
        page.open(address)
        page.wait_for("document.querySelectorAll('.node-item-type text').length")
        texts = page.run("return [...document.querySelectorAll('.node-item-type text')].map(each => each.textContent)")
        page.screenshot(tmp_path / "netron.png")
    boxes = [re.fullmatch(r"[\d·e+-]+ [µm]s, (\d+) %", text) for text in texts]
    shares = [int(box[1]) for box in boxes if box]
    assert len(shares) == len(names)
    assert sum(shares) == pytest.approx(100, abs=len(names))
    # The operators themselves stay, each with a box behind it.
    assert texts.count("DepthwiseConv2D") == names.count("DEPTHWISE_CONV_2D") > 0
    colours = np.asarray(Image.open(tmp_path / "netron.png").convert("RGB")).reshape(-1, 3)
    assert len(np.unique(colours, axis=0)) > 20


@needs_chromium
@has("model-explorer")
def test_model_explorer_shows_the_time_of_each_operator(student_bytes, file, tmp_path):
    count = len(Graph(student_bytes).operators())
    with shown(tmp_path, file, "model-explorer", port=8397) as address, opened() as page:
        page.open(address)
        page.wait_for("document.body.innerText.includes('µs.json')")
        text = page.run("await new Promise(done => setTimeout(done, 2000)); return document.body.innerText")
    assert f"{count + 2} nodes" in text
    assert "depthwise_conv_2d" in text
    # Of each operator, beside a dash for the inputs and the outputs.
    _, found = text.split("Node data\n", 1)
    assert len(re.findall(r"^\d+\t[a-z_0-9]+\t[\d.e-]+", found, re.MULTILINE)) == count


def test_the_copy_keeps_each_operator_and_says_what_was_measured(student_bytes):
    found = time_operators(student_bytes, Host(rounds=1, round_seconds=0.002))
    names = [operator.name for operator in Graph(student_bytes).operators()]
    seen = [operator.name for operator in Graph(viewers.overlaid(student_bytes, found)).operators()]
    assert seen[::2] == names
    assert set(seen[1::2]) == {"CUSTOM"}


def test_what_cannot_be_shown_is_told_in_a_line(file, tmp_path, monkeypatch):
    with pytest.raises(UserError, match="--port is 99999"):
        View(file=file, port=99999).run()
    (tmp_path / "none.tflite").write_bytes(b"nothing")
    with pytest.raises(FileRefused, match="not a .tflite"):
        View(file=tmp_path / "none.tflite").run()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UserError, match=r"a viewer is not installed: pip install 'potstill\[view\]'"):
        View(file=file).run()
    with pytest.raises(UserError, match="model-explorer is not installed"):
        View(file=file, viewer="model-explorer").run()
