"""Examples without labels, by what the user names."""

import wave

import numpy as np
import pytest
from PIL import Image

from experiments.data.sources.items import Items, Source
from experiments.data.sources.unlabelled import open_unlabelled, with_items_behind
from experiments.errors import UserError


def source_of(kind):
    items = Items(names=["one", "two"], labels=np.array([1, 0]), content=lambda number: b"%d" % number)
    return Source(name="mine", kind=kind, classes=("a", "b"), splits={"train": lambda: items}, published=False)


def test_a_folder_is_taken_at_any_depth_and_other_files_are_passed_over(tmp_path):
    for name in ("b.png", "deep/er/a.JPG", ".hidden.png", "notes.txt", "clip.wav"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    items = open_unlabelled(str(tmp_path), source_of("image"))
    assert [items.content(number) for number in range(len(items))] == [b"b.png", b"deep/er/a.JPG"]
    assert items.labels.tolist() == [-1, -1]
    assert items.names[0] == str(tmp_path / "b.png")
    sounds = open_unlabelled(str(tmp_path), source_of("audio"))
    assert sounds.names == [str(tmp_path / "clip.wav")]


@pytest.mark.parametrize("arrays", [("x_train", "y_train"), ("anything",), ("images", "note")])
def test_a_npz_has_its_pictures_taken_and_its_labels_passed_over(tmp_path, arrays):
    pixels = np.arange(3 * 4 * 4, dtype=np.uint8).reshape(3, 4, 4)
    values = [pixels, *[np.zeros(3) for _ in arrays[1:]]]
    np.savez(tmp_path / "a.npz", **dict(zip(arrays, values)))
    items = open_unlabelled(str(tmp_path / "a.npz"), source_of("image"))
    assert (len(items), items.labels.tolist()) == (3, [-1] * 3)
    np.testing.assert_array_equal(items.content(2), pixels[2, ..., None])


@pytest.mark.parametrize(
    ("name", "content", "lines"),
    [
        ("a.txt", "who is it\n\n  where, then \r\n", [1, 3]),
        ("a.csv", 'text\nwho is it\n"where, then"\n', [2, 3]),
        ("a.csv", 'id,question\n1,who is it\n2,"where, then"\n3,\n', [2, 3]),
        ("a.tsv", "label\tnote\nx\twho is it\ny\twhere, then\n", [2, 3]),
    ],
)
def test_texts_are_the_lines_of_a_txt_or_a_column_of_a_table(tmp_path, name, content, lines):
    (tmp_path / name).write_bytes(content.encode())
    items = open_unlabelled(str(tmp_path / name), source_of("text"))
    assert [items.content(number) for number in range(len(items))] == [b"who is it", b"where, then"]
    assert items.names == [f"{tmp_path / name}, line {line}" for line in lines]


def test_what_is_of_another_kind_not_there_or_empty_is_refused_in_one_line(tmp_path):
    (tmp_path / "texts.txt").write_text("\n \n")
    (tmp_path / "two.csv").write_text("a,b\n1,2\n")
    np.savez(tmp_path / "two.npz", images=np.zeros((1, 4, 4)), pixels=np.zeros((1, 4, 4)))
    for place, kind, message in (
        ("none", "image", "none, which is not there: beside mine it must be a folder of pictures"),
        ("texts.txt", "image", "it must be a folder of pictures, at any depth, or a .npz"),
        (".", "image", "which has no file that ends in .bmp"),
        (".", "text", "it must be a .csv or .tsv with a column of texts, or a .txt"),
        ("two.npz", "audio", "it must be a folder of WAV files"),
        ("two.npz", "image", "has the arrays images, pixels; there must be one of pictures"),
        ("two.csv", "text", "none is called text"),
        ("texts.txt", "text", "has no text"),
    ):
        with pytest.raises(UserError, match=message) as refused:
            open_unlabelled(str(tmp_path / place), source_of(kind))
        assert "\n" not in str(refused.value)


def test_they_are_behind_those_of_the_train_split(tmp_path):
    (tmp_path / "a.txt").write_text("more\n")
    source = source_of("text")
    joined = with_items_behind(source, open_unlabelled(str(tmp_path / "a.txt"), source)).splits["train"]()
    assert joined.labels.tolist() == [1, 0, -1]
    assert [joined.content(number) for number in range(3)] == [b"0", b"1", b"more"]
    assert joined.names[2].endswith("line 1")


def test_pictures_and_clips_of_a_folder_are_decoded_as_the_others_are(tmp_path):
    from deploy.bundle.preprocessing import Sound
    from experiments.data.decode import Decoder

    Image.new("RGB", (30, 20), (9, 9, 9)).save(tmp_path / "a.png")
    with wave.open(str(tmp_path / "a.wav"), "wb") as clip:
        clip.setnchannels(1)
        clip.setsampwidth(2)
        clip.setframerate(8_000)
        clip.writeframes(np.arange(8_000, dtype="<i2").tobytes())
    picture = open_unlabelled(str(tmp_path), source_of("image"))
    assert Decoder(shape=(8, 8, 1)).pixels(picture.content(0)).tolist() == [[[9]] * 8] * 8
    sound = open_unlabelled(str(tmp_path), source_of("audio"))
    rendering = Sound(sample_rate=8_000, seconds=1.0, frames=64, mels=32)
    assert Decoder(shape=(64, 32, 1), rendering=rendering).pixels(sound.content(0)).shape == (64, 32, 1)
