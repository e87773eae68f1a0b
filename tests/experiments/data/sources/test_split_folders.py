"""Folders of splits and of classes, as people call them."""

import pytest

from experiments.data.sources.split_folders import split_folders
from experiments.errors import UserError


def folders(root, *names):
    for name in names:
        (root / name).mkdir(parents=True)
    return root


@pytest.mark.parametrize(
    "names",
    [
        ("train", "val", "test"),
        ("Training", "VALID", "Testing"),
        ("training_set", "validate", "test_set"),
        ("seg_train", "seg_dev", "seg_test"),
        ("train-images", "images val", "eval"),
    ],
)
def test_splits_are_told_by_their_names(names, tmp_path):
    folders(tmp_path, *(f"{split}/{name}" for split in names for name in ("cat", "dog")))
    by_split = split_folders(tmp_path)
    assert {split: folder.name for split, folder in by_split.items()} == dict(
        zip(("train", "validation", "test"), names)
    )


@pytest.mark.parametrize(
    "names",
    [("cat", "dog"), ("train", "car", "bus"), ("train/steam", "car/fast"), ("test tube", "train station")],
)
def test_other_folders_are_classes(names, tmp_path):
    assert split_folders(folders(tmp_path, *names)) == {"train": tmp_path}


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ((), "has no folders"),
        (("train/cat", "test/cat", "docs"), "the folders test, train, which are splits, beside docs"),
        (("train/cat", "holdout/cat"), "the folders train, which are splits, beside holdout"),
        (("val/cat", "test/cat"), "none is called train"),
        (("test/cat",), "none is called train"),
        (("train/cat", "val/cat", "valid/cat"), "two folders for one split"),
        (("train/cat", "test"), "test has no folder for each class"),
    ],
)
def test_splits_that_would_become_classes_are_refused(names, message, tmp_path):
    with pytest.raises(UserError, match=message):
        split_folders(folders(tmp_path, *names))
