from dataclasses import replace

import numpy as np
import pytest

from deploy.bundle.bundle import Bundle, BundleDamaged
from deploy.bundle.known_answers import KnownAnswers


def test_a_bundle_comes_back_from_its_files(bundle):
    found = Bundle.from_files(bundle.files())
    assert (found.model_bytes, found.labels, found.preprocessing, found.records) == (
        bundle.model_bytes,
        bundle.labels,
        bundle.preprocessing,
        bundle.records,
    )
    for name in ("pixels", "labels", "outputs"):
        np.testing.assert_array_equal(getattr(found.answers, name), getattr(bundle.answers, name))


def test_what_the_teacher_says_is_kept_where_there_is_one(bundle):
    assert KnownAnswers.from_bytes(bundle.answers.to_bytes()).teacher_logits is None
    said = replace(bundle.answers, teacher_logits=np.ones((200, 2), np.float32))
    np.testing.assert_array_equal(KnownAnswers.from_bytes(said.to_bytes()).teacher_logits, said.teacher_logits)


def test_the_same_bundle_gives_the_same_bytes(bundle):
    assert bundle.files() == bundle.files()


@pytest.mark.parametrize("labels", [("one",), ("one", "two", "three")])
def test_labels_of_the_wrong_length_are_refused(bundle, labels):
    with pytest.raises(BundleDamaged, match=rf"labels.txt has {len(labels)} entries .* have 2"):
        replace(bundle, labels=labels)


@pytest.mark.parametrize("name", ["model.tflite", "labels.txt", "preprocessing.json", "known_answers.npz"])
def test_a_missing_part_is_named(bundle, name):
    files = bundle.files()
    del files[name]
    with pytest.raises(BundleDamaged, match=f"{name} is missing"):
        Bundle.from_files(files)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("labels.txt", b"\xff\xfe"),
        ("preprocessing.json", b"{}"),
        ("preprocessing.json", b'{"sound": null, "levels": []}'),
        ("known_answers.npz", b"PK nothing"),
        ("proof.json", b"{"),
    ],
)
def test_a_part_that_cannot_be_read_is_named(bundle, name, content):
    with pytest.raises(BundleDamaged, match=f"{name} cannot be read"):
        Bundle.from_files({**bundle.files(), name: content})
