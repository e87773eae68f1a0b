"""What the commands share: the types of their arguments, and reading what the user named."""

from pathlib import Path

import tyro

from experiments.errors import UserError

Flag = tyro.conf.FlagCreatePairsOff[bool]
File = tyro.conf.Positional[Path]
Name = tyro.conf.Positional[str]


def read(file: Path) -> bytes:
    """The bytes of a file that the user named. Raises `UserError`."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise UserError(f"cannot read {file} ({error.strerror}); give the path of a file") from error


def read_model(file: Path) -> bytes:
    """The bytes of a .tflite that the user named, whoever made it: harmless to this process.

    Raises `UserError` for a file that cannot be read, and `FileRefused` for one that no interpreter runs.
    """
    from deploy.tflite.quarantine import quarantine

    content = read(file)
    with quarantine() as require_harmless:
        require_harmless(content)
    return content


def is_bundle(path: Path) -> bool:
    """Whether a path can only mean a bundle."""
    return path.is_dir() or path.suffix.lower() == ".zip"


def read_bundle(path: Path, key: Path | None):
    """The `Bundle` of a folder or .zip that the user named, whoever made it: harmless to this process.

    Args:
        key: the file of the key that its weights are encrypted with.

    Raises `BundleDamaged`, `BundleRefused` and `FileRefused`.
    """
    from deploy.packing.archive import open_any
    from deploy.packing.encryption import read_key
    from deploy.tflite.quarantine import quarantine

    bundle = open_any(path, key and read_key(key))
    with quarantine() as require_harmless:
        require_harmless(bundle.model_bytes)
    return bundle
