"""A bundle as a folder, every file of it checked against a manifest of digests."""

import json
from pathlib import Path

from deploy.bundle.bundle import MANIFEST_FILE, BundleDamaged, BundleRefused
from deploy.digests import sha256_of
from deploy.files import atomic

SIGNATURE_FILE = "model.sig"
"""A signature of the files in the manifest; not in the manifest itself."""


def with_manifest(contents: dict[str, bytes]) -> dict[str, bytes]:
    """Files by name, and the manifest of their SHA-256."""
    digests = {name: sha256_of(content) for name, content in sorted(contents.items())}
    return {**contents, MANIFEST_FILE: json.dumps({"sha256": digests}, indent=1).encode()}


def write_bundle(folder: Path, files: dict[str, bytes]) -> None:
    """Write all files of a bundle, its manifest among them, in place of a bundle that was there.

    Raises `BundleRefused` for a folder that holds something else.
    """
    require_free(folder)
    replace_folder(folder, files)


def replace_folder(folder: Path, files: dict[str, bytes]) -> None:
    """Write files below a folder atomically, in place of all that it held."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with atomic(folder) as partial:
        for name, content in files.items():
            path = partial / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def require_free(folder: Path) -> None:
    """Raise `BundleRefused` where a bundle cannot be written without destroying what is none."""
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST_FILE).is_file()):
        raise BundleRefused(f"{folder} is there and is no bundle; give a new folder, or that of an earlier bundle")


def read_bundle(folder: Path) -> dict[str, bytes]:
    """All files of a bundle by name, each checked. Raises `BundleDamaged`."""
    files = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            raise BundleDamaged(f"{name} is a link, and may lead anywhere; pull the bundle again")
        if not path.is_dir():
            files[name] = path.read_bytes()
    return checked(files)


def checked(files: dict[str, bytes]) -> dict[str, bytes]:
    """The same files. Raises `BundleDamaged` for one that was changed, is missing or does not belong, and names it."""
    if MANIFEST_FILE not in files:
        raise BundleDamaged(f"this is no bundle: it has no {MANIFEST_FILE}; give what `potstill pull` wrote")
    try:
        expected = dict(json.loads(files[MANIFEST_FILE])["sha256"].items())
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BundleDamaged(f"{MANIFEST_FILE} cannot be read ({error!r}); pull the bundle again") from error
    for name, digest in expected.items():
        actual = sha256_of(files[name]) if name in files else "no file"
        if actual != digest:
            raise BundleDamaged(f"{name} has SHA-256 {actual}, the manifest names {digest}; pull the bundle again")
    extra = sorted(set(files) - set(expected) - {MANIFEST_FILE, SIGNATURE_FILE})
    if extra:
        raise BundleDamaged(f"{', '.join(extra)} is not in the manifest; take it away, or pull the bundle again")
    return files
