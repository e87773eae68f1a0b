"""Folders of pictures and sound, as people have them."""

import wave

import numpy as np
import pytest
from PIL import Image

from experiments.data.inspect import inspect
from experiments.data.load import load, load_test
from experiments.data.settings import Data
from experiments.data.sources.folder import open_folder
from experiments.errors import UserError


def picture(path, seed, size=(20, 24), mode="RGB"):
    path.parent.mkdir(parents=True, exist_ok=True)
    blocks = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), np.uint8)
    Image.fromarray(blocks).resize(size, Image.Resampling.NEAREST).convert(mode).save(path)


def photographs(root, per_class=30, names=("cat", 'it\'s a "dog" ü')):
    for number, name in enumerate(names):
        for place in range(per_class):
            picture(root / name / f"IMG {place}.png", 1000 * number + place, size=(40 + place % 3, 50))
    return root


def clip(path, seed):
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = (3_000 * np.random.default_rng(seed).normal(size=4_000)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(samples.tobytes())


def test_a_folder_for_each_class_is_split_by_class(tmp_path):
    (photographs(tmp_path) / "cat" / ".DS_Store").write_bytes(b"no picture")
    (tmp_path / "README.md").write_text("about")
    data = load(Data(dataset=str(tmp_path)))
    assert data.labels == ("cat", 'it\'s a "dog" ü')
    # Sizes differ: the side that the median allows.
    assert data.task.input_shape == (32, 32, 3)
    counts = [np.bincount(part.labels).tolist() for part in (data.train, data.validation, data.load_test())]
    assert counts == [[22, 22], [3, 3], [5, 5]]
    assert load(Data(dataset=str(tmp_path))).digest == data.digest


def test_folders_for_splits_are_kept_and_what_is_in_test_is_not_trained_on(tmp_path):
    photographs(tmp_path / "train")
    photographs(tmp_path / "val", 8, ("cat", "dog"))
    (tmp_path / "val" / "dog").rename(tmp_path / "val" / 'it\'s a "dog" ü')
    for place in range(4):
        for number, name in enumerate(("cat", 'it\'s a "dog" ü')):
            picture(tmp_path / "test" / name / f"{place}.png", 1000 * number + place, size=(40 + place % 3, 50))
    data = load(Data(dataset=str(tmp_path)))
    assert len(data.load_test()) == len(load_test(Data(dataset=str(tmp_path)))) == 8
    assert data.notes == (
        "16 of 16 examples of validation are in train too: it is split anew",
        "8 examples of train are in test too: they are left out of train",
    )
    tested = {image.tobytes() for image in data.load_test().pixels}
    for part in (data.train, data.validation):
        assert not tested & {image.tobytes() for image in part.pixels}


def test_near_duplicates_are_in_one_split(tmp_path):
    photographs(tmp_path)
    for place in range(30):
        with Image.open(tmp_path / "cat" / f"IMG {place}.png") as one:
            one.save(tmp_path / "cat" / f"again {place}.jpg", quality=95)
    data = load(Data(dataset=str(tmp_path)))
    assert data.notes == ("30 near duplicates are in the split of what they duplicate",)
    parts = [part.pixels[part.labels == 0].astype(int) for part in (data.train, data.validation, data.load_test())]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        apart = np.abs(parts[one][:, None] - parts[other][None]).mean(axis=(2, 3, 4))
        assert apart.min() > 5


def test_sound_is_a_folder_of_wav_files(tmp_path):
    for name in ("yes", "no"):
        for place in range(12):
            clip(tmp_path / name / f"{place}.wav", 100 * len(name) + place)
    data = load(Data(dataset=str(tmp_path), sample_rate=8_000))
    assert data.rendering is not None
    assert data.task.input_shape == (64, 32, 1)


def test_grey_pictures_have_one_channel_and_one_among_colours_three(tmp_path):
    for number in range(12):
        for name in ("a", "b"):
            picture(tmp_path / name / f"{number}.png", 100 * len(name) + number, size=(32, 32), mode="L")
    assert load(Data(dataset=str(tmp_path))).task.input_shape == (32, 32, 1)
    picture(tmp_path / "a" / "colour.png", 99, size=(32, 32))
    assert load(Data(dataset=str(tmp_path))).task.input_shape == (32, 32, 3)


def test_damaged_files_are_named_or_left_out(tmp_path):
    photographs(tmp_path)
    for place in (3, 7):
        path = tmp_path / "cat" / f"IMG {place}.png"
        path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(UserError, match=r"2 of 60 files cannot be decoded: .*IMG 3.png.*--data.skip-damaged"):
        load(Data(dataset=str(tmp_path)))
    data = load(Data(dataset=str(tmp_path), skip_damaged=True))
    assert len(data.train) + len(data.validation) + len(data.load_test()) == 58


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ((), "has no folders: a data set has one for each class"),
        (("a/1.png",), "has 1 folders of classes"),
        (("a/1.png", "b/notes.txt"), "no pictures of the class b"),
        (("a/1.txt", "b/2.txt"), "no file that ends in"),
        (("a/1.png", "b/2.wav"), "1 pictures and 1 WAV files"),
    ],
)
def test_what_is_no_data_set_is_refused_in_words(files, message, tmp_path):
    for name in files:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    with pytest.raises(UserError, match=message):
        open_folder(tmp_path)


def test_files_that_are_not_examples_are_hidden_noted_or_damaged(tmp_path):
    photographs(tmp_path)
    picture(tmp_path / "cat" / ".ipynb_checkpoints" / "0.png", 1)
    picture(tmp_path / "cat" / "__MACOSX" / "0.png", 1)
    for name in ("1.heic", "2.HEIC", "notes.txt"):
        (tmp_path / "cat" / name).write_bytes(b"x")
    source = open_folder(tmp_path)
    assert len(source.splits["train"]()) == 60
    assert source.notes == load(Data(dataset=str(tmp_path))).notes
    assert source.notes == ("3 files of other kinds are passed over (2 .heic, 1 .txt)",)
    (tmp_path / "cat" / "away.png").symlink_to(tmp_path / "nowhere.png")
    with pytest.raises(UserError, match=r"1 of 61 files cannot be decoded: .*away.png \(FileNotFoundError"):
        load(Data(dataset=str(tmp_path)))


def test_damage_of_any_kind_is_named_in_words(tmp_path):
    photographs(tmp_path)
    Image.new("1", (20_000, 20_000)).save(tmp_path / "cat" / "bomb.png")
    (tmp_path / "cat" / "page.jpg").write_text("<html>")
    Image.fromarray(np.ones((40, 40), np.float32)).save(tmp_path / "cat" / "floats.tif")
    reasons = ("DecompressionBombError", "pixels that are floats", "no picture of a format that can be read")
    with pytest.raises(UserError, match="3 of 63 files") as refusal:
        load(Data(dataset=str(tmp_path)))
    assert all(reason in str(refusal.value) for reason in reasons)


def test_clips_that_hold_no_sound_are_damaged_and_all_of_them_are_no_data_set(tmp_path):
    for name in ("yes", "no"):
        for place in range(3):
            clip(tmp_path / name / f"{place}.wav", place)
            path = tmp_path / name / f"{place}.wav"
            path.write_bytes((path.read_bytes()[:44], b"", b"ID3")[place])
    with pytest.raises(UserError, match="6 of 6 files cannot be decoded"):
        load(Data(dataset=str(tmp_path)))
    with pytest.raises(UserError, match="no example that can be read"):
        load(Data(dataset=str(tmp_path), skip_damaged=True))
    assert len(inspect(Data(dataset=str(tmp_path)), tmp_path / "sheet.png").splits["train"].damaged) == 6


def test_classes_called_by_numbers_are_in_their_order(tmp_path):
    photographs(tmp_path, 1, ("10", "9", "a", "01", "1"))
    assert open_folder(tmp_path).classes == ("01", "1", "9", "10", "a")


def test_a_folder_around_a_data_set_is_named(tmp_path):
    photographs(tmp_path / "archive", 1)
    with pytest.raises(UserError, match="give .*archive instead"):
        open_folder(tmp_path)


def test_a_class_without_an_example_to_learn_from_is_refused_with_the_counts(tmp_path):
    photographs(tmp_path)
    for place in range(3, 30):
        (tmp_path / "cat" / f"IMG {place}.png").unlink()
    with pytest.raises(UserError, match="validation split .* no example of cat: there are 3 of cat .* 3 of them diff"):
        load(Data(dataset=str(tmp_path)))
