"""A bundle as a folder, every file of it held against a manifest of digests."""

import hashlib
import json
from pathlib import Path, PurePosixPath

from deploy.bundle.bundle import MODEL_FILE, Bundle, BundleDamaged

MANIFEST_FILE = "manifest.json"
SIGNATURE_FILE = "model.sig"
"""May stand beside the files of the manifest, which it signs."""


def write_bundle(folder: Path, contents: dict[str, bytes]) -> None:
    """Write files by their names in the bundle, and the manifest of their SHA-256 last."""
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(contents.items())}
    (folder / MANIFEST_FILE).write_text(json.dumps({"sha256": digests}, indent=1))


def read_bundle(folder: Path) -> dict[str, bytes]:
    """All files of a bundle by name. Raises `BundleDamaged` for one that was changed, is missing or does not belong."""
    try:
        digests = json.loads((folder / MANIFEST_FILE).read_text())["sha256"]
        names = sorted({MODEL_FILE, *digests})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BundleDamaged(f"{folder} has no readable {MANIFEST_FILE} ({error}); pull the bundle again") from error
    contents = {}
    for name in names:
        path = folder / name
        inside = not PurePosixPath(name).is_absolute() and ".." not in PurePosixPath(name).parts
        is_file = inside and path.is_file() and not path.is_symlink()
        content = path.read_bytes() if is_file else b""
        found = hashlib.sha256(content).hexdigest() if is_file else "no file"
        if found != digests.get(name):
            raise BundleDamaged(
                f"{name} has SHA-256 {found}, the manifest names {digests.get(name)}; pull the bundle again"
            )
        contents[name] = content
    here = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    extra = sorted(here - set(names) - {MANIFEST_FILE, SIGNATURE_FILE})
    if extra:
        raise BundleDamaged(f"{', '.join(extra)} is not in the manifest; take it away, or pull the bundle again")
    return contents


def open_bundle(folder: Path) -> Bundle:
    """The bundle of a folder, every file checked. Raises `BundleDamaged`."""
    return Bundle.from_contents(read_bundle(folder))
