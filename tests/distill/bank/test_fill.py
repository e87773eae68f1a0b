import os
import signal
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf

from distill.bank import chunk
from distill.bank.address import BankPlace
from distill.bank.fill import fill_bank
from distill.bank.outputs import TeacherFailed
from distill.bank.teacher_bank import open_bank
from distill.teacher import Teacher
from distill.teacher_nets import build_teacher
from distill.views.augmentation import Augmentation, Views
from distill.views.render import renderer

VIEWS = Views(augmentation=Augmentation(translate_pixels=1, cutmix_alpha=1.0), count=3, seed=5)
# The teacher is asked twice for some examples to tell the time that the rest will take.
SAMPLED = 3 * 100


@pytest.fixture(scope="module")
def teacher():
    return build_teacher(Teacher(width=4, groups=2, depth=1), input_shape=(8, 8, 1), classes=2, seed=0)


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(chunk, "ROWS", 40)


def place_in(folder, address="a"):
    return BankPlace(banks=folder, address=address)


def fill(folder, teacher, stripes, on_chunk=lambda done, total: None, **kept):
    calls = []

    def forward(pixels, numbers):
        calls.append(len(pixels))
        return {"logits": teacher(pixels, training=False).numpy()}

    bank = fill_bank(place_in(folder), forward, stripes, VIEWS, on_chunk=on_chunk, **{"top_k": 64, **kept})
    return bank, sum(calls)


def test_bank_holds_what_the_live_teacher_says_of_the_same_view(tmp_path, teacher, stripes):
    bank, forwards = fill(tmp_path, teacher, stripes)
    assert forwards == 3 * len(stripes) + SAMPLED
    render = renderer(stripes, VIEWS)
    for view in range(3):
        pixels, _ = render(tf.range(len(stripes)), tf.fill((len(stripes),), view))
        said = bank.read(np.full(len(stripes), view), np.arange(len(stripes)))
        np.testing.assert_allclose(said["logits"], teacher(pixels, training=False), rtol=2e-3, atol=2e-3)


def test_a_bank_on_disk_is_used_and_the_teacher_not_asked(tmp_path, teacher, stripes):
    first, _ = fill(tmp_path, teacher, stripes)
    second, forwards = fill(tmp_path, teacher, stripes)
    assert forwards == 0
    np.testing.assert_array_equal(first.arrays["logits"], second.arrays["logits"])
    assert isinstance(second.arrays["logits"], np.memmap)
    assert second.size_bytes == 3 * len(stripes) * 2 * 2


def test_its_size_and_time_are_told_before_it_is_written(tmp_path, teacher, stripes):
    told = []

    def forward(pixels, numbers):
        return {"logits": teacher(pixels, training=False).numpy()}

    def on_start(filling):
        told.append((filling.size_bytes, filling.seconds, (tmp_path / "a" / "chunks.jsonl").read_text().strip()))

    fill_bank(place_in(tmp_path), forward, stripes, VIEWS, top_k=64, on_start=on_start)
    ((size_bytes, seconds, written),) = told
    assert size_bytes == 3 * len(stripes) * 2 * 2
    assert 0 < seconds < 60
    assert written == ""


def test_killed_while_writing_it_goes_on(tmp_path, teacher, stripes):
    whole, _ = fill(tmp_path / "whole", teacher, stripes)

    def interrupt(done, total):
        assert total == 600
        if done == 240:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fill(tmp_path, teacher, stripes, interrupt)
    assert open_bank(place_in(tmp_path)) is None
    told = []
    bank, forwards = fill(tmp_path, teacher, stripes, lambda done, total: told.append(done))
    assert forwards == 360 + SAMPLED
    assert told[0] == 280
    np.testing.assert_array_equal(bank.arrays["logits"], whole.arrays["logits"])


def test_sigkill_leaves_no_bank_and_nothing_in_the_way(tmp_path, stripes, teacher):
    script = """
import pathlib, sys, time, numpy as np
from distill.views.augmentation import Augmentation, Views
from distill.bank.address import BankPlace
from distill.bank.fill import fill_bank
from distill.examples import Examples
stripes = Examples(pixels=np.zeros((3000, 8, 8, 1), np.uint8), labels=np.zeros(3000, np.int64), classes=2)
def forward(pixels, numbers):
    return {"logits": np.stack([numbers, -numbers], axis=1)}
def say(done, total):
    print(done, flush=True)
    time.sleep(0.2)
views = Views(augmentation=Augmentation(), count=1, seed=0)
place = BankPlace(banks=pathlib.Path(sys.argv[1]), address="k")
bank = fill_bank(place, forward, stripes, views, on_chunk=say, top_k=9)
print("sum", float(bank.read(np.zeros(3000, int), np.arange(3000))["logits"][:, 0].sum()))
"""
    command = [sys.executable, "-c", script, str(tmp_path)]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    first = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert [int(first.stdout.readline()) for _ in range(2)] == [500, 1000]
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert open_bank(place_in(tmp_path, "k")) is None
    again = subprocess.run(command, capture_output=True, text=True, env=environment, check=True).stdout.split()
    assert int(again[0]) >= 1500
    # float16 rounds numbers above 2048.
    assert float(again[-1]) == pytest.approx(sum(range(3000)), rel=1e-3)


@pytest.mark.parametrize("damage", ["flip a byte", "cut", "no record", "torn record", "no layout", "torn layout"])
def test_a_damaged_bank_is_noticed_and_only_what_is_damaged_written_again(tmp_path, teacher, stripes, damage):
    first, _ = fill(tmp_path, teacher, stripes)
    expected = np.array(first.arrays["logits"])
    del first
    data, record, layout = (tmp_path / "a" / name for name in ("logits.npy", "chunks.jsonl", "layout.json"))
    content = bytearray(data.read_bytes())
    again = {"flip a byte": 40, "cut": 40, "torn record": 40, "no layout": 0, "torn layout": 0}.get(damage, 600)
    if damage == "flip a byte":
        content[-1] ^= 1
        data.write_bytes(content)
    elif damage == "cut":
        data.write_bytes(content[:-10])
    elif damage == "no record":
        record.unlink()
    elif damage == "torn record":
        record.write_text(record.read_text()[:-20])
    elif damage == "no layout":
        layout.unlink()
    else:
        layout.write_text(layout.read_text()[:8])
    assert open_bank(place_in(tmp_path)) is None
    bank, forwards = fill(tmp_path, teacher, stripes)
    assert forwards == again + SAMPLED
    np.testing.assert_array_equal(bank.arrays["logits"], expected)
    assert open_bank(place_in(tmp_path)) is not None


def test_a_teacher_that_gives_no_numbers_is_refused_and_nothing_of_it_kept(tmp_path, stripes):
    def broken(pixels, numbers):
        logits = np.zeros((len(numbers), 2))
        logits[numbers == 130] = np.nan
        return {"logits": logits}

    with pytest.raises(TeacherFailed, match="view 0 of the training examples 120 to 159.*input range"):
        fill_bank(place_in(tmp_path), broken, stripes, VIEWS, top_k=64)
    assert open_bank(place_in(tmp_path)) is None


def test_views_are_added_and_never_made_again(tmp_path, teacher, stripes):
    def filled(count, relatives=()):
        calls = []

        def forward(pixels, numbers):
            calls.append(len(pixels))
            return {"logits": teacher(pixels, training=False).numpy()}

        places = [place_in(tmp_path, f"v{other}") for other in relatives]
        views = replace(VIEWS, count=count)
        bank = fill_bank(place_in(tmp_path, f"v{count}"), forward, stripes, views, top_k=64, relatives=places)
        return bank, sum(calls)

    two, _ = filled(2)
    five, forwards = filled(5, relatives=(4, 2))
    assert forwards == 3 * len(stripes) + SAMPLED
    np.testing.assert_array_equal(five.arrays["logits"][:2], two.arrays["logits"])
    three, forwards = filled(3, relatives=(5, 2))
    assert (three.address, forwards) == ("v5", 0)
    assert not (tmp_path / "v3").exists()


@pytest.mark.parametrize("symmetric", [True, False])
def test_a_teacher_that_says_the_same_of_mirror_images_is_asked_about_one_of_each_pair(
    tmp_path, teacher, stripes, symmetric
):
    views = Views(augmentation=Augmentation(translate_pixels=1, mirrored_pairs=True), count=4, seed=5)
    rows = []

    def forward(pixels, numbers):
        rows.append(len(pixels))
        logits = teacher(pixels, training=False)
        return {"logits": (logits + teacher(pixels[:, :, ::-1], training=False) if symmetric else logits).numpy()}

    fillings = []
    bank = fill_bank(place_in(tmp_path), forward, stripes, views, top_k=64, on_start=fillings.append)
    assert fillings[0].mirrored == symmetric
    # The sample is seen as a mirror image too, and again in each pair.
    assert sum(rows) == (2 if symmetric else 4) * len(stripes) + SAMPLED + 2 * 100 + 2 * 2 * 100 * symmetric
    render = renderer(stripes, views)
    for view in range(4):
        pixels, _ = render(tf.range(len(stripes)), tf.fill((len(stripes),), view))
        said = bank.read(np.full(len(stripes), view), np.arange(len(stripes)))["logits"]
        np.testing.assert_allclose(said, forward(pixels, None)["logits"], rtol=5e-3, atol=5e-3)


def test_a_bank_that_there_is_no_room_for_is_refused_before_anything_is_written(tmp_path, teacher, stripes):
    class NoRoom(Exception):
        pass

    def refuse(size_bytes):
        assert size_bytes == 3 * len(stripes) * 2 * 2
        raise NoRoom

    with pytest.raises(NoRoom):
        fill(tmp_path, teacher, stripes, on_size=refuse)
    assert not (tmp_path / "a").exists()


def test_a_damaged_smaller_bank_gives_what_is_whole_of_it(tmp_path, teacher, stripes):
    whole, _ = fill(tmp_path / "whole", teacher, stripes)
    smaller = place_in(tmp_path, "smaller")

    def forward(pixels, numbers):
        return {"logits": teacher(pixels, training=False).numpy()}

    fill_bank(smaller, forward, stripes, replace(VIEWS, count=2), top_k=64)
    data = smaller.folder / "logits.npy"
    content = bytearray(data.read_bytes())
    content[-1] ^= 1
    data.write_bytes(content)
    bank, forwards = fill(tmp_path, teacher, stripes, relatives=[smaller])
    assert forwards == len(stripes) + 40 + SAMPLED
    np.testing.assert_array_equal(bank.arrays["logits"], whole.arrays["logits"])
