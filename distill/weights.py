"""A model's weights: their digest, and keeping them in a file that is whole or absent."""

import hashlib
from pathlib import Path

import tf_keras


def save_weights(model: tf_keras.Model, path: Path) -> None:
    """Write all weights; the file appears under its name only when it is complete. `path` ends in .weights.h5."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"partial-{path.name}")
    model.save_weights(partial)
    partial.replace(path)


def weights_digest(model: tf_keras.Model) -> str:
    """SHA-256 over all weights in order."""
    digest = hashlib.sha256()
    for array in model.get_weights():
        digest.update(f"{array.dtype}{array.shape}".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()
