"""Keeping a model's weights in a file that is whole or absent."""

from pathlib import Path

import tf_keras


def save_weights(model: tf_keras.Model, path: Path) -> None:
    """Write all weights; the file appears under its name only when it is complete. `path` ends in .weights.h5."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"partial-{path.name}")
    model.save_weights(partial)
    partial.replace(path)
