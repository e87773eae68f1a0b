"""A bundle as one .zip: path traversal and zip bombs are refused before anything is written."""

import io
import stat
import zipfile
from pathlib import Path, PurePosixPath

from deploy.bundle.bundle import Bundle, BundleDamaged
from deploy.packing.encryption import unlocked
from deploy.packing.folder import checked, read_bundle

MAX_FILES = 1000
MAX_BYTES = 512_000_000
"""Of all files together, unpacked; sizes that an archive declares are not trusted."""


def pack(contents: dict[str, bytes]) -> bytes:
    """All files of a bundle, its manifest among them, as a .zip; the same files give the same bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in sorted(contents.items()):
            # An entry without a time.
            archive.writestr(zipfile.ZipInfo(name), file, zipfile.ZIP_DEFLATED)
    return content.getvalue()


def unpack(content: bytes) -> dict[str, bytes]:
    """All files of a .zip by name. Raises `BundleDamaged` for a damaged or malicious archive."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except Exception as error:  # Readers of damaged bytes raise whatever the damage leads to.
        raise BundleDamaged(f"this is no .zip that can be read ({error}); pull the bundle again") from error
    if len(entries) > MAX_FILES:
        raise BundleDamaged(f"the archive has {len(entries):,} files; a bundle has fewer than {MAX_FILES:,}")
    files, left = {}, MAX_BYTES
    for entry in entries:
        _require_inside(entry)
        if entry.filename in files:
            raise BundleDamaged(f"{entry.filename} is in the archive twice; pull the bundle again")
        try:
            with archive.open(entry) as source:
                files[entry.filename] = source.read(left + 1)
        except Exception as error:
            raise BundleDamaged(f"{entry.filename} cannot be unpacked ({error}); pull the bundle again") from error
        left -= len(files[entry.filename])
        if left < 0:
            raise BundleDamaged(f"the archive holds more than {MAX_BYTES:,} bytes unpacked; a bundle has fewer")
    return files


def open_any(path: Path, key: bytes | None = None) -> Bundle:
    """The bundle of a folder or a .zip, every file checked; a locked one with its key.

    Raises `BundleDamaged` and `BundleRefused`.
    """
    return Bundle.from_files(unlocked(read_any(path), key))


def read_any(path: Path) -> dict[str, bytes]:
    """All files of a bundle in a folder or a .zip by name, each checked. Raises `BundleDamaged`."""
    if path.is_dir():
        return read_bundle(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BundleDamaged(f"{path} cannot be read ({error.strerror}); give a bundle's folder or .zip") from error
    return checked(unpack(content))


def _require_inside(entry: zipfile.ZipInfo) -> None:
    path = PurePosixPath(entry.filename)
    climbs = path.is_absolute() or ".." in path.parts or "\\" in entry.filename or ":" in entry.filename
    if climbs or stat.S_ISLNK(entry.external_attr >> 16):
        raise BundleDamaged(f"{entry.filename!r} leads out of the archive: do not use it; pull the bundle again")
