import os
from pathlib import Path

import numpy as np
import pytest

from deploy.bundle.preprocessing import Sound
from experiments.data.load import load, load_test
from experiments.data.settings import Data
from experiments.data.spectrogram import log_mel_pixels
from experiments.errors import UserError

DIGITS = Data(dataset="potstill_digits", validation_fraction=0.2, test_fraction=0.2)


@pytest.fixture(scope="module")
def digits():
    return load(DIGITS)


def rows(examples):
    return [image.tobytes() for image in examples.pixels]


def test_digits_are_scikit_learns_and_in_one_split_each(digits):
    from sklearn.datasets import load_digits

    test = digits.load_test()
    parts = [digits.train, digits.validation, test]
    assert sum(map(len, parts)) == 1797
    expected = np.round(load_digits().images * (255 / 16)).astype(np.uint8)[..., None]
    assert sorted(image.tobytes() for image in expected) == sorted(row for part in parts for row in rows(part))
    for one in range(3):
        for other in range(one):
            assert not set(rows(parts[one])) & set(rows(parts[other]))


def test_splits_are_stratified(digits):
    of_all = sum(np.bincount(p.labels) for p in (digits.train, digits.validation, digits.load_test()))
    for part, share in ((digits.validation, 0.2), (digits.load_test(), 0.2), (digits.train, 0.6)):
        counts = np.bincount(part.labels, minlength=10)
        np.testing.assert_allclose(counts / of_all, share, atol=0.01)


def test_splits_are_the_same_again_and_the_test_split_alone_too(digits):
    again = load(DIGITS)
    assert again.digest == digits.digest
    assert rows(load_test(DIGITS)) == rows(digits.load_test())
    assert digits.labels == tuple("0123456789")


def test_fewer_training_examples_are_a_balanced_part_and_leave_the_rest_alone(digits):
    from dataclasses import replace

    small = load(replace(DIGITS, train_examples=100))
    assert len(small.train) == 100
    assert set(rows(small.train)) <= set(rows(digits.train))
    assert np.bincount(small.train.labels).min() >= 9
    assert rows(small.validation) == rows(digits.validation)
    assert small.digest != digits.digest


def test_too_few_training_examples_name_the_missing_class():
    from dataclasses import replace

    with pytest.raises(UserError, match="training split of potstill_digits has no example of"):
        load(replace(DIGITS, train_examples=3))


def test_unknown_data_set_is_refused():
    with pytest.raises(UserError, match="unknown data set 'no_such_set'"):
        load(Data(dataset="no_such_set"))


@pytest.mark.parametrize(
    "fields", [dict(validation_fraction=0.0), dict(validation_fraction=0.5, test_fraction=0.5), dict(train_examples=0)]
)
def test_bad_settings_are_refused(fields):
    with pytest.raises(ValueError, match=r"data\."):
        Data(dataset="potstill_digits", **fields)


def test_a_missing_file_without_a_network_is_named_with_its_place(monkeypatch):
    import requests

    def no_network(*_args, **_options):
        raise requests.ConnectionError("no route")

    monkeypatch.setattr(requests, "get", no_network)
    with pytest.raises(UserError, match=r"t10k-images-idx3-ubyte.gz is missing.*save it here as .*downloads"):
        load(Data(dataset="fashion_mnist"))


def test_a_file_placed_by_hand_is_taken_only_with_its_checksum(monkeypatch):
    from tensorflow_datasets.core.download import resource

    from experiments.data.prepare import _adopt

    class Info:
        checksum = "0" * 64
        filename = "f"

    target = Path(os.environ["TFDS_DATA_DIR"]) / "placed.bin"
    target.write_bytes(b"content")
    with pytest.raises(UserError, match="fetch it again"):
        _adopt(target, "u", Info, "name")
    assert not Path(resource.get_info_path(target)).exists()


SOUND = Sound(sample_rate=8000, seconds=1.0, frames=64, mels=32)


def test_a_spectrogram_shows_a_tone_at_its_pitch_and_silence_as_black():
    time = np.arange(4000) / 8000
    image = log_mel_pixels((20_000 * np.sin(2 * np.pi * 1000 * time)).astype(np.int16), SOUND)
    assert image.shape == (64, 32, 1)
    assert image.dtype == np.uint8
    sounding, silent = image[5:25, :, 0].mean(axis=0), image[40:, :, 0]
    mels = 2595 * np.log10(1 + np.array([20.0, 1000.0, 4000.0]) / 700)
    expected = 33 * (mels[1] - mels[0]) / (mels[2] - mels[0]) - 1
    assert abs(sounding.argmax() - expected) <= 1
    assert silent.max() == 0


def test_a_louder_clip_is_the_same_picture():
    clip = np.random.default_rng(0).integers(-3000, 3000, 9000).astype(np.int16)
    np.testing.assert_allclose(log_mel_pixels(3 * clip, SOUND).astype(int), log_mel_pixels(clip, SOUND), atol=1)
