"""Data sets with unlabelled examples: splits stay as they are, and nothing of validation and test is learnt."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from experiments.data import read_split
from experiments.data.encoded import EncodedPictures
from experiments.data.load import load
from experiments.data.settings import Data
from experiments.errors import UserError

DIGITS = Data(dataset="potstill_digits", validation_fraction=0.2, test_fraction=0.2, train_examples=100)


def rows(examples):
    return [image.tobytes() for image in examples.pixels[:]]


def saved(path, pixels):
    np.savez(path, images=pixels)
    return str(path)


@pytest.fixture(scope="module")
def alone():
    return load(DIGITS)


@pytest.fixture(scope="module")
def noise():
    return np.random.default_rng(0).integers(0, 256, (30, 8, 8), np.uint8)


def test_all_that_is_labelled_stays_as_it_is(alone, noise, tmp_path):
    data = load(replace(DIGITS, unlabelled=saved(tmp_path / "a.npz", noise)))
    for name in ("train", "validation"):
        assert rows(getattr(data, name)) == rows(getattr(alone, name))
        np.testing.assert_array_equal(getattr(data, name).labels, getattr(alone, name).labels)
    assert rows(data.load_test()) == rows(alone.load_test())
    assert (data.rows_in_all, data.train_rows.tolist()) == (alone.rows_in_all, alone.train_rows.tolist())
    assert data.labelled_digest == alone.digest == alone.labelled_digest
    assert rows(data.taught) == [*rows(alone.train), *(image.tobytes() for image in noise)]
    assert data.taught.labels.tolist() == [*alone.train.labels, *[-1] * 30]
    assert (data.unlabelled, alone.unlabelled) == (30, 0)
    assert data.splits.seen(taught=True) is data.taught
    assert alone.splits.seen(taught=True) is alone.train


def test_the_digest_covers_them(alone, noise, tmp_path):
    whole, less = (load(replace(DIGITS, unlabelled=saved(tmp_path / "a.npz", part))) for part in (noise, noise[1:]))
    assert len({whole.digest, less.digest, alone.digest}) == 3


def test_what_validation_and_test_have_too_or_nearly_is_left_out_and_counted(alone, noise, tmp_path):
    judged = [*alone.validation.pixels[:7, ..., 0], *alone.load_test().pixels[:5, ..., 0]]
    nearly = np.clip(judged[0].astype(int) + 1, 0, 255).astype(np.uint8)
    of_train = list(alone.train.pixels[:4, ..., 0])
    path = saved(tmp_path / "a.npz", np.stack([*judged, *noise, nearly, *of_train]))
    data = load(replace(DIGITS, unlabelled=path))
    assert data.unlabelled == 30 + 4
    assert not set(rows(data.taught)) & {*rows(data.validation), *rows(data.load_test())}
    assert "34 unlabelled examples, for the teacher to label; 13 more are left out, since" in data.notes[-1]
    with pytest.raises(UserError, match="each of its 12 examples is in validation or test too"):
        load(replace(DIGITS, unlabelled=saved(tmp_path / "b.npz", np.stack(judged))))


@pytest.fixture
def photos(tmp_path):
    """Splits of its own, and a folder with some of each and more; one file there is damaged."""
    rng = np.random.default_rng(0)

    def save(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        blocks = rng.integers(0, 256, (4, 4, 3), np.uint8)
        Image.fromarray(blocks).resize((24, 24), Image.Resampling.NEAREST).save(path)
        return path.read_bytes()

    contents = {
        split: [save(tmp_path / "set" / split / name / f"{number}.png") for name in "ab" for number in range(count)]
        for split, count in (("train", 5), ("validation", 4), ("test", 3))
    }
    more = tmp_path / "more" / "deep"
    for number in range(20):
        save(more / f"{number}.png")
    for split in ("validation", "test"):
        (more / f"{split}.png").write_bytes(contents[split][0])
    (more / "damaged.png").write_bytes(contents["train"][0][:60])
    return Data(dataset=str(tmp_path / "set"), unlabelled=str(tmp_path / "more"), image_size=16)


def test_a_folder_with_splits_of_its_own_and_a_damaged_file(photos):
    with pytest.raises(UserError, match=r"damaged.png .*--data.skip-damaged"):
        load(photos)
    data = load(replace(photos, skip_damaged=True))
    assert (len(data.train), len(data.validation), len(data.load_test()), data.unlabelled) == (10, 8, 6, 20)
    assert "2 more are left out" in data.notes[-1]


def test_encoded_ones_are_those_of_a_set_in_memory(photos, monkeypatch):
    photos = replace(photos, skip_damaged=True)
    whole = load(photos)
    monkeypatch.setattr(read_split, "_IN_MEMORY_BYTES", 0)
    encoded = load(photos)
    assert isinstance(encoded.taught.pixels, EncodedPictures)
    assert rows(encoded.taught) == rows(whole.taught)
    assert rows(encoded.train) == rows(whole.train)


def test_texts_go_by_the_tokens_of_the_labelled_ones(tmp_path):
    table = [
        f"{word} number {number},{label}" for number in range(20) for word, label in (("who", "a"), ("where", "b"))
    ]
    (tmp_path / "set.csv").write_text("\n".join(["text,label", *table]))
    again = [f"WHO number {number}" for number in range(20)]
    (tmp_path / "more.txt").write_text("\n".join(["who is it that comes here so late", *again]))
    data = load(Data(dataset=str(tmp_path / "set.csv"), unlabelled=str(tmp_path / "more.txt")))
    assert data.task.input_shape == (1, 3, 384)
    # Equal but for case: those of validation and test are left out, those of train stay.
    assert data.unlabelled == 1 + np.count_nonzero(data.train.labels == 0)
    assert not set(rows(data.taught)) & {*rows(data.validation), *rows(data.load_test())}
