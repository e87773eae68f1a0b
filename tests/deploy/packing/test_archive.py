import io
import stat
import zipfile

import pytest

from deploy.bundle.bundle import BundleDamaged
from deploy.packing import archive
from deploy.packing.archive import open_any, pack, read_any, unpack
from deploy.packing.folder import with_manifest, write_bundle


def zipped(*entries) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as files:
        for name, each in entries:
            files.writestr(name, each)
    return content.getvalue()


def test_a_folder_and_an_archive_are_the_same_bundle(bundle, tmp_path):
    files = with_manifest(bundle.files())
    write_bundle(tmp_path / "b", files)
    (tmp_path / "b.zip").write_bytes(pack(files))
    assert read_any(tmp_path / "b") == read_any(tmp_path / "b.zip") == files
    assert open_any(tmp_path / "b.zip").labels == bundle.labels
    assert pack(files) == pack(dict(reversed(files.items())))


@pytest.mark.parametrize("name", ["../out", "a/../../out", "/etc/out", "..\\out", "C:out"])
def test_a_path_that_leads_out_is_refused(name):
    with pytest.raises(BundleDamaged, match="leads out of the archive"):
        unpack(zipped((name, b"x")))


def test_a_link_is_refused():
    entry = zipfile.ZipInfo("link")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(BundleDamaged, match="leads out"):
        unpack(zipped((entry, b"/etc/hostname")))


def test_a_bomb_is_refused_whatever_it_says_of_its_size(monkeypatch):
    monkeypatch.setattr(archive, "MAX_BYTES", 1_000_000)
    bomb = zipped(("model.tflite", bytes(900_000)), ("more", bytes(900_000)))
    assert len(bomb) < 5_000
    with pytest.raises(BundleDamaged, match="more than 1,000,000 bytes"):
        unpack(bomb)
    small = bytearray(zipped(("model.tflite", bytes(2_000_000))))
    # The size that the directory names.
    where = small.rindex(b"PK\x01\x02") + 24
    small[where : where + 4] = (10).to_bytes(4, "little")
    with pytest.raises(BundleDamaged):
        unpack(bytes(small))


def test_too_many_files_and_files_twice_are_refused():
    with pytest.raises(BundleDamaged, match="1,001 files"):
        unpack(zipped(*((str(number), b"") for number in range(1001))))
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = zipped(("a", b"1"), ("a", b"2"))
    with pytest.raises(BundleDamaged, match="a is in the archive twice"):
        unpack(twice)


def test_damage_anywhere_ends_in_a_refusal_or_in_the_same_files(bundle):
    files = with_manifest(bundle.files())
    whole = pack(files)
    for place in range(0, len(whole), max(1, len(whole) // 200)):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        try:
            found = archive.checked(unpack(bytes(damaged)))
        except BundleDamaged:
            continue
        assert found == files


@pytest.mark.parametrize("content", [b"", b"nothing", b"PK\x03\x04"])
def test_what_is_no_archive_is_refused(content, tmp_path):
    (tmp_path / "b.zip").write_bytes(content)
    with pytest.raises(BundleDamaged, match=r"no .zip that can be read"):
        read_any(tmp_path / "b.zip")
    with pytest.raises(BundleDamaged, match="cannot be read"):
        read_any(tmp_path / "none.zip")
