"""SHA-256: digests of bytes, and keys of JSON values."""

import hashlib
import json
from typing import Any


def sha256_of(content: bytes) -> str:
    """The digest of some bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def key_of(parts: Any, digits: int = 16) -> str:
    """The first digits of the digest of a JSON value in canonical form: equal values have equal keys."""
    return sha256_of(json.dumps(parts, sort_keys=True).encode())[:digits]
