import os

import pytest

from deploy.files import atomic


def test_a_file_appears_when_it_is_whole_and_takes_the_place_of_another(tmp_path):
    path = tmp_path / "weights.npz"
    path.write_bytes(b"earlier")
    with atomic(path) as partial:
        partial.write_bytes(b"new")
        assert partial.name == path.name
        assert path.read_bytes() == b"earlier"
    assert path.read_bytes() == b"new"
    assert os.listdir(tmp_path) == [path.name]


def test_a_folder_takes_the_place_of_all_that_another_held(tmp_path):
    path = tmp_path / "bundle"
    path.mkdir()
    (path / "old").touch()
    with atomic(path) as partial:
        partial.mkdir()
        (partial / "new").touch()
        assert os.listdir(path) == ["old"]
    assert os.listdir(path) == ["new"]
    assert os.listdir(tmp_path) == [path.name]


def test_an_error_leaves_what_was_there_and_nothing_else(tmp_path):
    path = tmp_path / "profile.json"
    path.write_text("earlier")

    def fail():
        with atomic(path) as partial:
            partial.write_text("half")
            raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        fail()
    assert path.read_text() == "earlier"
    assert os.listdir(tmp_path) == [path.name]
