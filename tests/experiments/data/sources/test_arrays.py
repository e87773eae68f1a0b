"""Arrays under the names that people give them."""

import numpy as np
import pytest

from experiments.data.load import load
from experiments.data.settings import Data
from experiments.data.sources.arrays import open_arrays
from experiments.errors import UserError


def pixels(count=60, shape=(8, 8), seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, *shape), np.uint8)


LABELS = np.arange(60) % 3


def saved(path, **arrays):
    np.savez(path / "arrays.npz", **arrays)
    return path / "arrays.npz"


@pytest.mark.parametrize(
    "arrays",
    [
        dict(x_train=pixels(), y_train=LABELS, x_test=pixels(9, seed=1), y_test=LABELS[:9]),
        dict(images=pixels(shape=(8, 8, 1)), labels=LABELS.astype(np.uint8)),
        dict(X=pixels() / 255, y=LABELS.astype(float)),
        dict(data=pixels().astype(np.int64), labels=LABELS),
        dict(pixels=pixels().astype(np.float32), labels=LABELS[:, None]),
        dict(train_images=pixels(), train_labels=np.eye(3)[LABELS]),
        dict(x=pixels(), y=np.array(["cat", "dog", "ö"])[LABELS]),
    ],
)
def test_pictures_and_labels_are_found_and_are_bytes(arrays, tmp_path):
    path = saved(tmp_path, **arrays)
    source = open_arrays(path)
    items = source.splits["train"]()
    np.testing.assert_array_equal(items.labels, LABELS)
    np.testing.assert_array_equal(items.content(5)[..., 0], pixels()[5])
    assert source.classes == (("cat", "dog", "ö") if "x" in arrays else ("0", "1", "2"))
    assert load(Data(dataset=str(path))).task.input_shape == (8, 8, 1)
    assert ("test" in source.splits) is ("x_test" in arrays)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        (dict(a=pixels()), "has the arrays a; there must be pictures and labels"),
        (dict(x=pixels(), y=LABELS[:5]), "60 pictures in x and 5 in y"),
        (dict(x=pixels(), y=LABELS - 1), "has the label -1"),
        (dict(x=pixels(), y=LABELS * 0), "has 1 classes"),
        (dict(x=pixels().reshape(60, -1), y=LABELS), r"shape \(60, 64\): pictures are"),
        (dict(x=pixels() - 128.0, y=LABELS), "runs from -128 to"),
        (dict(x=pixels() / 250, y=LABELS), "runs from 0 to 1.02"),
        (dict(x=pixels() // 16, y=LABELS), "runs from 0 to 15"),
        (dict(x=pixels(), y=LABELS.astype(np.uint64) + 2**63), r"has the label 9.22337e\+18"),
        (dict(x=pixels(), y=LABELS + 0.5), "labels are whole numbers"),
        (dict(x=pixels(), y=np.array([{}] * 60)), "plain arrays"),
    ],
)
def test_what_is_no_data_set_is_refused_in_words(arrays, message, tmp_path):
    with pytest.raises(UserError, match=message):
        open_arrays(saved(tmp_path, **arrays))
    with (tmp_path / "arrays.npz").open("wb") as file:
        np.save(file, pixels())
    with pytest.raises(UserError, match="as of numpy.save"):
        open_arrays(tmp_path / "arrays.npz")
    (tmp_path / "arrays.npz").write_bytes(b"PK\x03\x04 cut short")
    with pytest.raises(UserError, match="cannot be read as a .npz"):
        open_arrays(tmp_path / "arrays.npz")


def test_zeros_and_ones_are_black_and_white(tmp_path):
    for array in (pixels() > 128, (pixels() > 128).astype(np.uint8)):
        items = open_arrays(saved(tmp_path, x=array, y=LABELS)).splits["train"]()
        np.testing.assert_array_equal(items.content(5)[..., 0], 255 * (pixels()[5] > 128))
