"""Signatures of a bundle: over all its files, with the user's key, by OpenSSF's model-signing."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.bundle.bundle import BundleRefused
from deploy.packing.folder import SIGNATURE_FILE, write_bundle


def signed(files: dict[str, bytes], private_key: Path) -> dict[str, bytes]:
    """The files of a bundle and their signature. Raises `BundleRefused` for a key that cannot sign."""
    with _on_disk(files) as (folder, model_signing):
        config = model_signing.signing.Config()
        try:
            config.use_elliptic_key_signer(private_key=private_key).sign(folder, folder.with_name(SIGNATURE_FILE))
        except Exception as error:  # A key that is none fails in several libraries, each with errors of its own.
            raise BundleRefused(
                f"{private_key} does not sign ({error}); give a private key of the curve P-256, made with: "
                "openssl ecparam -name prime256v1 -genkey -noout -out key.pem"
            ) from error
        return {**files, SIGNATURE_FILE: folder.with_name(SIGNATURE_FILE).read_bytes()}


def require_signed(files: dict[str, bytes], public_key: Path) -> None:
    """Raise `BundleRefused` unless all files of a bundle were signed by the key that this public key belongs to."""
    if SIGNATURE_FILE not in files:
        raise BundleRefused(f"the bundle has no {SIGNATURE_FILE}: it was not signed; pull it with --sign KEY")
    unsigned = {name: content for name, content in files.items() if name != SIGNATURE_FILE}
    with _on_disk(unsigned) as (folder, model_signing):
        signature = folder.with_name(SIGNATURE_FILE)
        signature.write_bytes(files[SIGNATURE_FILE])
        config = model_signing.verifying.Config()
        try:
            config.use_elliptic_key_verifier(public_key=public_key).verify(folder, signature)
        except Exception as error:
            raise BundleRefused(
                f"the bundle is not signed by the key of {public_key}, or was changed since ({error}); do not use it"
            ) from error


@contextmanager
def _on_disk(files: dict[str, bytes]) -> Iterator[tuple]:
    """The files in a folder, since model-signing reads folders, and that package."""
    try:
        import model_signing
    except ImportError as error:
        raise BundleRefused(f"signatures need model-signing ({error}): pip install 'potstill[signing]'") from error
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "bundle"
        write_bundle(folder, files)
        yield folder, model_signing
