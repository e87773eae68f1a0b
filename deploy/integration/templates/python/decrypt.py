"""Decrypt a file of this bundle: python decrypt.py ../../model.tflite.locked --key FILE --output model.tflite

A locked file is 12 bytes of nonce, then what AES-256-GCM made of its content, tag included; the file's name in the
bundle, without `.locked`, is the additional data. The key is a file of 32 bytes, or of 64 hexadecimal digits. Needs
cryptography.
"""

import argparse
import sys
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

BUNDLE = Path(__file__).resolve().parents[2]


def decrypted(locked: Path, key: Path) -> bytes:
    """The content of a locked file of this bundle. Raises ValueError for another key, or a file that was changed."""
    secret, content = key.read_bytes(), locked.read_bytes()
    if len(secret) != 32:
        secret = bytes.fromhex(secret.decode())
    name = locked.resolve().relative_to(BUNDLE).as_posix().removesuffix(".locked")
    try:
        return AESGCM(secret).decrypt(content[:12], content[12:], name.encode())
    except InvalidTag as error:
        raise ValueError(f"{name} does not open with this key: it was locked with another, or changed since") from error


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--key", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    given = parser.parse_args()
    try:
        given.output.write_bytes(decrypted(given.file, given.key))
    except (OSError, ValueError) as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
