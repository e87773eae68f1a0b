"""Files and bundles that the user named, whoever made them: read without harm to this process."""

from pathlib import Path

from deploy.bundle.bundle import Bundle
from deploy.packing.archive import open_any
from deploy.packing.encryption import read_key
from deploy.tflite.quarantine import quarantine
from experiments.errors import UserError


def read(file: Path) -> bytes:
    """The bytes of a file that the user named. Raises `UserError`."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise UserError(f"cannot read {file} ({error.strerror}); give the path of a file") from error


def read_model(file: Path) -> bytes:
    """The bytes of a .tflite, opened in a process of its own first.

    Raises `UserError` for a file that cannot be read, and `FileRefused` for one that no interpreter runs.
    """
    content = read(file)
    with quarantine() as require_harmless:
        require_harmless(content)
    return content


def is_bundle(path: Path) -> bool:
    """True for a folder or a .zip, which can only mean a bundle."""
    return path.is_dir() or path.suffix.lower() == ".zip"


def read_bundle(path: Path, key: Path | None) -> Bundle:
    """The bundle in a folder or .zip, its model opened in a process of its own first.

    Args:
        key: the file of the key that its weights are encrypted with.

    Raises `BundleDamaged`, `BundleRefused` and `FileRefused`.
    """
    bundle = open_any(path, read_key(key) if key else None)
    with quarantine() as require_harmless:
        require_harmless(bundle.model_bytes)
    return bundle
