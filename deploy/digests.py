"""SHA-256: digests of bytes, and keys of JSON values."""

import hashlib
import json
from pathlib import Path
from typing import Any


def sha256_of(content: bytes) -> str:
    """The digest of some bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def digest_of_path(path: Path) -> str:
    """The digest of a file, or of the names and contents of all files of a folder."""
    if not path.is_dir():
        return sha256_of(path.read_bytes())
    files = sorted(file for file in path.rglob("*") if file.is_file())
    return key_of([[str(file.relative_to(path)), sha256_of(file.read_bytes())] for file in files], digits=64)


def key_of(parts: Any, digits: int = 16) -> str:
    """The first digits of the digest of a JSON value in canonical form: equal values have equal keys."""
    return sha256_of(json.dumps(parts, sort_keys=True).encode())[:digits]
