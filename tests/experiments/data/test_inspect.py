"""A look at a data set, and its sheet of pictures."""

import numpy as np
from PIL import Image

from experiments.data.inspect import inspect
from experiments.data.report import data_text
from experiments.data.settings import Data


def test_all_that_is_odd_is_told_and_the_sheet_has_a_row_for_each_class(tmp_path):
    for name in ("cat", "dög"):
        for number in range(8):
            path = tmp_path / "photos" / "train" / name / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            blocks = np.random.default_rng(100 * len(name.encode()) + number).integers(0, 256, (4, 4, 3), np.uint8)
            Image.fromarray(blocks).resize((40 + number, 40), Image.Resampling.NEAREST).save(path)
            if number < 3:
                again = tmp_path / "photos" / "test" / name / f"{number}.png"
                again.parent.mkdir(parents=True, exist_ok=True)
                again.write_bytes(path.read_bytes())
    damaged = tmp_path / "photos" / "train" / "cat" / "0.png"
    damaged.write_bytes(damaged.read_bytes()[:50])
    twin = tmp_path / "photos" / "train" / "cat" / "9.png"
    twin.write_bytes((tmp_path / "photos" / "train" / "cat" / "1.png").read_bytes())
    report = inspect(Data(dataset=str(tmp_path / "photos")), tmp_path / "sheet.png")
    train, test = report.splits["train"], report.splits["test"]
    assert (train.examples, train.by_class, train.duplicates, len(train.damaged)) == (17, (9, 8), 1, 1)
    assert (test.examples, test.in_train) == (6, 5)
    assert report.sizes[0] == (40, 40)
    assert report.sizes[-1] == (40, 47)
    text = data_text(report)
    for told in ("0.png", "5 are in train too", "1 are the same as another one", "dög", str(tmp_path / "sheet.png")):
        assert told in text
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.height == 2 * 96


def test_unlabelled_examples_are_counted_with_those_that_have_a_label_too(tmp_path):
    def save(path, seed):
        path.parent.mkdir(parents=True, exist_ok=True)
        blocks = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), np.uint8)
        Image.fromarray(blocks).resize((40, 40), Image.Resampling.NEAREST).save(path)

    for number in range(8):
        save(tmp_path / "photos" / "train" / "ab"[number % 2] / f"{number}.png", number)
        save(tmp_path / "photos" / "test" / "ab"[number % 2] / f"{number}.png", 100 + number)
        save(tmp_path / "more" / f"{number}.png", 200 + number)
    for seed in (0, 100, 200):
        save(tmp_path / "more" / f"again{seed}.png", seed)
    (tmp_path / "more" / "damaged.png").write_bytes(b"no picture")
    data = Data(dataset=str(tmp_path / "photos"), unlabelled=str(tmp_path / "more"))
    report = inspect(data, tmp_path / "sheet.png")
    seen = report.unlabelled
    assert (seen.examples, seen.duplicates, seen.labelled, len(seen.damaged)) == (12, 1, 2, 1)
    text = data_text(report)
    assert "unlabelled: 12 examples" in text
    assert "2 are the same as a labelled one, or nearly; a run leaves those of validation and test out" in text
    assert report.to_record()["unlabelled"]["labelled"] == 2
