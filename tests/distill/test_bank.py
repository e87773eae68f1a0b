import numpy as np
import pytest
import tensorflow as tf

from distill.augmentation import Augmentation
from distill.bank import bank_address, fill_bank, open_bank
from distill.teacher import Teacher, build_teacher
from distill.views import renderer

AUGMENTATION = Augmentation(shift_pixels=1)


@pytest.fixture(scope="module")
def teacher():
    return build_teacher(Teacher(width=4, groups=2), input_shape=(8, 8, 1), classes=2, seed=0)


def fill(folder, teacher, stripes, address="a"):
    calls = []

    def forward(pixels):
        calls.append(len(pixels))
        return teacher(pixels, training=False).numpy()

    return fill_bank(folder, address, forward, stripes, AUGMENTATION, views=3, seed=5), sum(calls)


def test_bank_holds_what_the_live_teacher_says_of_the_same_view(tmp_path, teacher, stripes):
    bank, forwards = fill(tmp_path, teacher, stripes)
    assert forwards == 3 * len(stripes)
    render = renderer(stripes, AUGMENTATION, views=3, seed=5)
    for view in range(3):
        live = teacher(render(tf.range(len(stripes)), tf.fill((len(stripes),), view)), training=False)
        np.testing.assert_allclose(bank.logits[view], live, rtol=2e-3, atol=2e-3)


def test_a_bank_on_disk_is_used_and_the_teacher_not_asked(tmp_path, teacher, stripes):
    first, _ = fill(tmp_path, teacher, stripes)
    second, forwards = fill(tmp_path, teacher, stripes)
    assert forwards == 0
    np.testing.assert_array_equal(first.logits, second.logits)


@pytest.mark.parametrize("damage", ["flip a byte", "cut", "no note", "torn note"])
def test_a_damaged_bank_is_noticed_and_written_again(tmp_path, teacher, stripes, damage):
    first, _ = fill(tmp_path, teacher, stripes)
    expected = np.array(first.logits)
    del first
    data, note = tmp_path / "a.npy", tmp_path / "a.json"
    content = bytearray(data.read_bytes())
    if damage == "flip a byte":
        content[-1] ^= 1
        data.write_bytes(content)
    elif damage == "cut":
        data.write_bytes(content[:-10])
    elif damage == "no note":
        note.unlink()
    else:
        note.write_text(note.read_text()[:8])
    assert open_bank(tmp_path, "a") is None
    again, forwards = fill(tmp_path, teacher, stripes)
    assert forwards == 3 * len(stripes)
    np.testing.assert_array_equal(again.logits, expected)


def test_address_changes_with_every_ingredient():
    base = dict(data_digest="d", teacher_digest="t", augmentation=AUGMENTATION, views=3, seed=5)
    changes = [dict(data_digest="e"), dict(teacher_digest="u"), dict(augmentation=Augmentation()), dict(views=4)]
    addresses = [bank_address(**base), *(bank_address(**base | change) for change in [*changes, dict(seed=6)])]
    assert len(set(addresses)) == len(addresses)
    assert bank_address(**base) == addresses[0]
