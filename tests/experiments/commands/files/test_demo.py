"""`potstill demo` as its user sees it: the page in a real browser, on a phone's screen and a larger one."""

import base64
import contextlib
import io
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deploy.bundle.bundle import Bundle
from deploy.bundle.known_answers import KnownAnswers
from deploy.bundle.metadata import described
from deploy.bundle.preprocessing import Preprocessing
from deploy.packing.archive import pack
from deploy.packing.encryption import locked
from deploy.packing.folder import with_manifest, write_bundle
from deploy.tflite import runtime
from experiments.commands.files.demo import Demo
from experiments.errors import UserError
from experiments.files.demo import invitation
from tests.deploy.integration.small_bundles import SOUND, small_bundle
from tests.page import hear_ctrl_c, needs_chromium, needs_npm, opened

LABELS = ("down", '<img src=x onerror="document.title=1">')
COMMAND = """
import sys
from pathlib import Path
from experiments.commands.files.demo import Demo
Demo(bundle=Path(sys.argv[1]), key=Path(sys.argv[2]) if sys.argv[2:] else None, port=0).run()
"""
PHONE, LAPTOP = (390, 844), (1280, 900)


@pytest.fixture(scope="module")
def striped(student_bytes, stripes) -> Bundle:
    """A real student, with a teacher that is always wrong."""
    preprocessing = Preprocessing.of(student_bytes, None)
    outputs = runtime.run(student_bytes, stripes.pixels)
    teacher = np.stack([stripes.labels, 1 - stripes.labels], axis=1).astype(np.float32)
    return Bundle(
        model_bytes=described(student_bytes, LABELS, preprocessing),
        labels=LABELS,
        preprocessing=preprocessing,
        answers=KnownAnswers(pixels=stripes.pixels, labels=stripes.labels, outputs=outputs, teacher_logits=teacher),
        records={"proof": {"passed": True, "test_accuracy": 0.985}, "about": {"name": "stripes", "dataset": "noisy"}},
    )


@pytest.fixture(scope="module")
def potstill_home(tmp_path_factory):
    """LiteRT.js is fetched once for all of these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POTSTILL_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="module")
def served(striped, potstill_home, tmp_path_factory):
    """The address that the command prints for a bundle in a .zip, its weights encrypted."""
    folder = tmp_path_factory.mktemp("bundles")
    (folder / "key").write_bytes(bytes(range(32)))
    (folder / "stripes.zip").write_bytes(pack(with_manifest(locked(striped.files(), bytes(range(32))))))
    with serving(folder / "stripes.zip", folder / "key") as url:
        yield url


@contextlib.contextmanager
def serving(*arguments: Path):
    """The command, until Ctrl-C."""
    command = [sys.executable, "-c", COMMAND, *map(str, arguments)]
    pipes = dict(stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    process = subprocess.Popen(command, preexec_fn=hear_ctrl_c, **pipes)
    try:
        line = process.stdout.readline()
        found = re.fullmatch(r"open (http://127\.0\.0\.1:\d+/) \(Ctrl-C ends it\)\n", line)
        assert found, (line, process.stderr.read())
        yield found[1]
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        assert process.stderr.read() == ""
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def page():
    with opened("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream") as page:
        yield page


def show(page, url: str, size=LAPTOP) -> None:
    page.open("about:blank")
    page.open(url, *size)
    assert page.wait_for("document.body.dataset.state !== 'loading' && document.body.dataset.state") == "ready"


def text(page, name: str) -> str:
    return page.run(f"return document.getElementById('{name}').textContent")


def shares(page, of: str) -> list[float]:
    """The widths of the bars, in per cent."""
    return page.run(f"return [...document.querySelectorAll('.fill.{of}')].map(bar => parseFloat(bar.style.width))")


def softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()


@needs_chromium
@needs_npm
@pytest.mark.parametrize("number", [0, 1, 5])
def test_an_example_is_answered_as_the_file_answers_it_with_the_teacher_beside_it(page, served, striped, number):
    # They take turns by class.
    label, turn = number % 2, number // 2
    at = np.flatnonzero(striped.answers.labels == label)[turn]
    show(page, f"{served}#example={number}")
    outputs = striped.answers.outputs[at].astype(float)
    confidences = softmax((outputs - striped.preprocessing.output_zero_point) * striped.preprocessing.output_scale)
    assert text(page, "label") == LABELS[outputs.argmax()]
    assert shares(page, "student") == pytest.approx(100 * confidences, abs=1e-3)
    assert shares(page, "teacher") == pytest.approx(100 * softmax(np.array([label, 1 - label], float)), abs=1e-3)
    assert text(page, "of-teacher").startswith(f"teacher: {LABELS[1 - label]}, 73.1 %")
    assert ("and right" in text(page, "verdict")) == (outputs.argmax() == label)
    assert text(page, "same") == "24 of 24"
    # Labels are never markup.
    assert page.run("return document.querySelectorAll('img').length") == 0
    assert text(page, "name") == "stripes"


@needs_chromium
@needs_npm
@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_the_page_fits_the_screen_and_shows_what_is_known(page, served, tmp_path, size):
    show(page, f"{served}#example=0", size)
    assert page.run("return document.documentElement.scrollWidth") <= size[0]
    assert (text(page, "accuracy"), text(page, "dataset")) == ("98.5 %", "on the test split of noisy")
    figure, unit = text(page, "latency").split()
    assert float(figure) > 0
    assert unit in ("µs", "ms")
    page.screenshot(tmp_path / "shot.png")
    colours = np.asarray(Image.open(tmp_path / "shot.png").convert("RGB")).reshape(-1, 3)
    assert len(np.unique(colours, axis=0)) > 50
    narrow = page.run(
        "return [...document.querySelectorAll('button, .file')].map(b => b.getBoundingClientRect())"
        ".filter(box => box.width && box.height < 30).length"
    )
    # All but the word `again`.
    assert narrow == 1


@needs_chromium
@needs_npm
@pytest.mark.parametrize("finger", [False, True], ids=["mouse", "finger"])
def test_what_is_drawn_is_answered(page, served, finger):
    show(page, served, PHONE if finger else LAPTOP)
    assert text(page, "label") == "Show it something, or tap an example"
    assert shares(page, "student") == [0, 0]
    left, top, width, height = page.run(
        "const box = document.querySelector('.ink').getBoundingClientRect();"
        "return [box.x, box.y, box.width, box.height];"
    )
    points = [(left + width * x, top + height * y) for x, y in ((0.2, 0.5), (0.5, 0.5), (0.8, 0.5))]
    if finger:
        kinds = zip(("touchStart", "touchMove", "touchMove"), points)
        for kind, (x, y) in kinds:
            page.ask("Input.dispatchTouchEvent", type=kind, touchPoints=[{"x": x, "y": y}])
        page.ask("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
    else:
        for kind, (x, y) in zip(("mousePressed", "mouseMoved", "mouseMoved"), points):
            page.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=1, clickCount=1)
    page.wait_for("document.getElementById('label').className === ''")
    assert sum(shares(page, "student")) == pytest.approx(100, abs=0.01)
    white = page.run(
        "const context = document.querySelector('.ink').getContext('2d');"
        "return [...context.getImageData(256, 256, 1, 1).data];"
    )
    assert white == [255, 255, 255, 255]
    page.run("[...document.querySelectorAll('button')].find(button => button.textContent === 'Clear').click()")
    assert text(page, "label") == "Show it something, or tap an example"


@needs_chromium
@needs_npm
def test_a_picture_that_is_dropped_is_answered_and_another_file_is_told(page, served, striped):
    show(page, served)
    content = io.BytesIO()
    # As large as the model's pictures, it passes unchanged.
    Image.fromarray(striped.answers.pixels[1, ..., 0]).save(content, "png")
    drop = """const data = new DataTransfer();
        data.items.add(new File([Uint8Array.from(atob(%r), each => each.charCodeAt(0))], 'dropped'));
        document.dispatchEvent(new DragEvent('drop', {dataTransfer: data, cancelable: true}));"""
    page.run(drop % base64.b64encode(content.getvalue()).decode())
    page.wait_for("document.getElementById('label').className === ''")
    outputs = striped.answers.outputs[1].astype(float)
    confidences = softmax((outputs - striped.preprocessing.output_zero_point) * striped.preprocessing.output_scale)
    assert shares(page, "student") == pytest.approx(100 * confidences, abs=1e-3)
    page.run(drop % base64.b64encode(b"no picture").decode())
    told = page.wait_for("document.getElementById('problem').textContent")
    assert told.startswith("This browser cannot read that")


@needs_chromium
@needs_npm
def test_the_camera_is_answered_live(page, served):
    show(page, served, PHONE)
    page.run("[...document.querySelectorAll('button')].find(button => button.textContent === 'Camera').click()")
    page.wait_for("document.querySelector('video')?.videoWidth && document.getElementById('label').className === ''")
    page.run("[...document.querySelectorAll('button')].find(button => button.textContent === 'Draw').click()")
    assert page.run("return document.querySelector('video')") is None
    assert text(page, "label") == "Show it something, or tap an example"


@needs_chromium
@needs_npm
def test_where_the_address_is_not_secure_the_page_says_so_and_takes_photographs(served):
    with opened("--host-resolver-rules=MAP demo.test 127.0.0.1") as page:
        show(page, served.replace("127.0.0.1", "demo.test"), PHONE)
        page.run("[...document.querySelectorAll('button')].find(button => button.textContent === 'Camera').click()")
        assert "only at secure addresses" in text(page, "stage")
        assert page.run("return document.querySelector('#stage input').getAttribute('capture')") == "environment"


@needs_chromium
@needs_npm
def test_a_clip_is_recorded_and_answered(page, potstill_home, tmp_path):
    write_bundle(tmp_path / "b", with_manifest(small_bundle(SOUND.frames, SOUND.mels, 1, SOUND).files()))
    with serving(tmp_path / "b") as url:
        show(page, f"{url}#example=2", PHONE)
        assert text(page, "same") == "24 of 24"
        assert page.run("return document.documentElement.scrollWidth") <= PHONE[0]
        press = "[...document.querySelectorAll('button')].find(button => button.textContent === %r).click()"
        page.run(press % "Microphone")
        assert text(page, "label") == "Say something, or tap an example"
        page.run(press % "Record")
        page.wait_for("document.getElementById('label').className === ''")
        assert sum(shares(page, "student")) == pytest.approx(100, abs=0.01)


def test_what_cannot_be_served_is_told_in_a_line(striped, tmp_path, monkeypatch, home):
    write_bundle(tmp_path / "b", with_manifest(striped.files()))
    monkeypatch.setattr("experiments.devices.litertjs.folder", lambda: tmp_path)
    with pytest.raises(UserError, match=r"cannot listen at 127\.0\.0\.1 port 99999"):
        Demo(bundle=tmp_path / "b", port=99999).run()
    with pytest.raises(UserError, match=r"cannot listen at 192\.0\.2\.1 port 0"):
        Demo(bundle=tmp_path / "b", port=0, lan=True, address="192.0.2.1").run()


def test_a_phone_is_shown_a_code_and_told_what_its_browser_refuses():
    told = invitation("http://192.0.2.1:8378/")
    assert "█" in told or "▄" in told
    assert "http://192.0.2.1:8378/" in told
    assert "no live camera" in told
