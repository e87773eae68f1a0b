"""Encryption of a bundle's weights: AES-256 in Galois/counter mode (NIST SP 800-38D).

A locked file is 12 bytes of nonce, then the encrypted content with its tag of 16 bytes; its name in the bundle is
authenticated too.
"""

import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from deploy.bundle.bundle import MODEL_FILE, BundleRefused
from deploy.integration import decrypting

LOCKED = ".locked"
_WITH_WEIGHTS = (MODEL_FILE, "integration/javascript/model.tflite", "integration/micro/model_data.cc")
_REQUIREMENTS = "integration/python/requirements.txt"
_NONCE_BYTES, _KEY_BYTES = 12, 32


def read_key(path: Path) -> bytes:
    """The key in a file: 32 bytes, or 64 hexadecimal digits. Raises `BundleRefused` for anything else."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BundleRefused(f"the key {path} cannot be read ({error.strerror})") from error
    if len(content) == _KEY_BYTES:
        return content
    try:
        key = bytes.fromhex(content.decode().strip())
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise BundleRefused(
            f"{path} holds no key: {len(content)} bytes, where 32 bytes or 64 hexadecimal digits are needed; "
            f"make one with: openssl rand -hex 32 > {path.name}"
        )
    return key


def locked(files: dict[str, bytes], key: bytes) -> dict[str, bytes]:
    """The files of a bundle, those with weights encrypted and named `.locked`, and code that decrypts them."""
    needed = files.get(_REQUIREMENTS, b"") + b"cryptography\n"
    return {
        **{name: content for name, content in files.items() if name not in _WITH_WEIGHTS},
        **{f"{name}{LOCKED}": _encrypted(name, files[name], key) for name in _WITH_WEIGHTS if name in files},
        **decrypting.files(),
        _REQUIREMENTS: needed,
    }


def unlocked(files: dict[str, bytes], key: bytes | None) -> dict[str, bytes]:
    """The inverse of `locked`. Raises `BundleRefused` for a missing or another key."""
    plain = {}
    for name, content in files.items():
        if name.endswith(LOCKED):
            name = name.removesuffix(LOCKED)
            content = _decrypted(name, content, key)
        plain[name] = content
    return plain


def _encrypted(name: str, content: bytes, key: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, name.encode())


def _decrypted(name: str, content: bytes, key: bytes | None) -> bytes:
    if key is None:
        raise BundleRefused(f"{name} is encrypted; give the file of its key with --key")
    try:
        return AESGCM(key).decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], name.encode())
    except (InvalidTag, ValueError) as error:
        raise BundleRefused(
            f"{name} does not open with this key: it was locked with another, or changed since"
        ) from error
