import pytest

from deploy.bundle.bundle import BundleRefused
from deploy.packing.contents import contents
from deploy.packing.encryption import locked, read_key, unlocked

FILES = {
    "model.tflite": b"weights" * 100,
    "integration/javascript/model.tflite": b"the same weights" * 100,
    "integration/micro/model_data.cc": b"and again",
    "labels.txt": b"zero\n",
}
KEY, OTHER = bytes(range(32)), bytes(32)


def test_weights_are_nowhere_to_be_read_and_come_back_with_the_key():
    hidden = locked(FILES, KEY)
    assert "labels.txt" in hidden
    assert not set(hidden) & (set(FILES) - {"labels.txt"})
    assert not any(b"weights" in content for content in hidden.values())
    assert unlocked(hidden, KEY).items() >= FILES.items()
    assert hidden["model.tflite.locked"] != locked(FILES, KEY)["model.tflite.locked"]


def test_a_wrong_or_missing_key_and_changed_or_exchanged_files_are_refused():
    hidden = locked(FILES, KEY)
    with pytest.raises(BundleRefused, match="does not open with this key"):
        unlocked(hidden, OTHER)
    with pytest.raises(BundleRefused, match="--key"):
        unlocked(hidden, None)
    content = hidden["model.tflite.locked"]
    for changed in (content[:-1], content[:5], b"", bytes([content[20] ^ 1]).join((content[:20], content[21:]))):
        with pytest.raises(BundleRefused, match="does not open"):
            unlocked({**hidden, "model.tflite.locked": changed}, KEY)
    exchanged = {**hidden, "model.tflite.locked": hidden["integration/javascript/model.tflite.locked"]}
    with pytest.raises(BundleRefused, match="does not open"):
        unlocked(exchanged, KEY)


def test_keys_are_bytes_or_digits(tmp_path):
    for content in (KEY, KEY.hex().encode(), KEY.hex().upper().encode() + b"\n"):
        (tmp_path / "key").write_bytes(content)
        assert read_key(tmp_path / "key") == KEY
    for content in (b"", b"secret", KEY[:31], KEY.hex()[:-2].encode(), b"\xff" * 33):
        (tmp_path / "key").write_bytes(content)
        with pytest.raises(BundleRefused, match="holds no key"):
            read_key(tmp_path / "key")
    with pytest.raises(BundleRefused, match="cannot be read"):
        read_key(tmp_path / "none")


def test_no_file_of_a_locked_bundle_holds_weights_and_its_requirements_can_open_it(bundle):
    middle = bundle.model_bytes[len(bundle.model_bytes) // 2 :][:12]
    listed = ",".join(map(str, middle)).encode()

    def with_weights(files: dict[str, bytes]) -> set[str]:
        """As they are, or as a C array lists them."""
        return {name for name, content in files.items() if middle in content or listed in b"".join(content.split())}

    files = contents(bundle)
    assert {name.rpartition("/")[2] for name in with_weights(files)} == {"model.tflite", "model_data.cc"}
    hidden = locked(files, KEY)
    assert not with_weights(hidden)
    assert b"cryptography" in hidden["integration/python/requirements.txt"]
