import json

import pytest

from deploy.bundle.bundle import BundleDamaged, BundleRefused
from deploy.packing.archive import open_any
from deploy.packing.folder import read_bundle, with_manifest, write_bundle

FILES = with_manifest({"model.tflite": b"the model", "labels.txt": b"zero\none\n", "a/b/code.py": b"pass"})


@pytest.fixture
def folder(tmp_path):
    write_bundle(tmp_path / "b", FILES)
    return tmp_path / "b"


def test_what_was_written_is_read(folder):
    assert read_bundle(folder) == FILES


def test_a_bundle_opens_from_its_folder(bundle, tmp_path):
    write_bundle(tmp_path / "b", with_manifest(bundle.files()))
    assert open_any(tmp_path / "b").labels == bundle.labels


@pytest.mark.parametrize("name", ["model.tflite", "labels.txt", "a/b/code.py"])
def test_a_changed_or_missing_file_is_named(folder, name):
    (folder / name).write_bytes((folder / name).read_bytes() + b" ")
    with pytest.raises(BundleDamaged, match=f"{name} has SHA-256 [0-9a-f]{{64}}, the manifest names"):
        read_bundle(folder)
    (folder / name).unlink()
    with pytest.raises(BundleDamaged, match=f"{name} has SHA-256 no file"):
        read_bundle(folder)


def test_a_file_too_many_is_named(folder):
    (folder / "a" / "more.bin").write_bytes(b"")
    with pytest.raises(BundleDamaged, match=r"a/more.bin is not in the manifest"):
        read_bundle(folder)


def test_a_link_is_refused(folder):
    (folder / "labels.txt").unlink()
    (folder / "labels.txt").symlink_to("/etc/hostname")
    with pytest.raises(BundleDamaged, match=r"labels.txt is a link"):
        read_bundle(folder)


@pytest.mark.parametrize("content", [None, "{", "{}", "[]", '{"sha256": []}', '{"sha256": {}}'])
def test_a_bad_manifest_is_refused(folder, content):
    (folder / "manifest.json").unlink()
    if content is not None:
        (folder / "manifest.json").write_text(content)
    with pytest.raises(BundleDamaged):
        read_bundle(folder)


def test_an_earlier_bundle_is_replaced_whole(folder):
    write_bundle(folder, with_manifest({"model.tflite": b"another"}))
    assert sorted(path.name for path in folder.iterdir()) == ["manifest.json", "model.tflite"]
    assert [path.name for path in folder.parent.iterdir()] == ["b"]
    assert json.loads((folder / "manifest.json").read_text())["sha256"].keys() == {"model.tflite"}


def test_what_is_no_bundle_is_left_alone(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("all of it")
    (tmp_path / "file").write_text("x")
    for name in ("mine", "file"):
        with pytest.raises(BundleRefused, match="is there and is no bundle"):
            write_bundle(tmp_path / name, FILES)
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "all of it"
