"""Pictures that stay encoded: the same data set, without ever being whole in memory."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from distill.recipe import Recipe
from distill.train import accuracy, train
from distill.views.augmentation import Augmentation, Views
from experiments.data import read_split
from experiments.data.encoded import EncodedPictures
from experiments.data.load import load
from experiments.data.settings import Data
from experiments.errors import UserError
from search.build import build


@pytest.fixture
def photos(tmp_path):
    for number, name in enumerate(("across", "down")):
        for place in range(40):
            path = tmp_path / name / f"{place}.jpg"
            path.parent.mkdir(exist_ok=True)
            stripes = np.random.default_rng(place).integers(0, 200, (24, 24, 1)) + 55 * (np.arange(24) // 3 % 2)
            stripes = stripes if number else stripes.swapaxes(0, 1)
            Image.fromarray(np.repeat(stripes[..., :1], 3, axis=2).astype(np.uint8)[:, :, :3]).save(path, quality=90)
    return Data(dataset=str(tmp_path), image_size=16)


@pytest.fixture
def both(photos, monkeypatch):
    whole = load(photos)
    monkeypatch.setattr(read_split, "_IN_MEMORY_BYTES", 0)
    return whole, load(photos)


def test_splits_and_pixels_are_those_of_a_set_in_memory(both):
    whole, encoded = both
    assert isinstance(encoded.train.pixels, EncodedPictures)
    for one, other in ((whole.train, encoded.train), (whole.load_test(), encoded.load_test())):
        assert other.pixels.shape == one.pixels.shape
        np.testing.assert_array_equal(other.pixels[:], one.pixels)
        np.testing.assert_array_equal(other.pixels[3], one.pixels[3])
        np.testing.assert_array_equal(other.pixels[np.array([5, 1])], one.pixels[[5, 1]])
        np.testing.assert_array_equal(other.labels, one.labels)


def test_training_on_them_ends_with_the_same_weights(both, genotypes):
    genotype = replace(genotypes(0, input_shape=(16, 16, 3)), classes=2)
    views = Views(augmentation=Augmentation(translate_pixels=1), count=2, seed=0)
    ended = []
    for data in both:
        model = build(genotype, seed=0)
        train(model, data.splits, Recipe(batch_size=16), epochs=2, views=views)
        ended.append((model.get_weights(), accuracy(model, data.validation)))
    for one, other in zip(ended[0][0], ended[1][0]):
        np.testing.assert_array_equal(one, other)
    assert ended[0][1] == ended[1][1]


def test_a_file_that_is_gone_is_named(both, tmp_path):
    _, encoded = both
    for path in tmp_path.rglob("*.jpg"):
        path.unlink()
    with pytest.raises(UserError, match=r"\.jpg cannot be decoded any more .*changed or removed"):
        encoded.train.pixels[0]
