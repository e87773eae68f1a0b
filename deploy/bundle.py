"""What is handed over for one student: the .tflite, its labels, its proof, and a manifest of digests."""

import hashlib
import json
from pathlib import Path

MODEL_FILE = "model.tflite"
MANIFEST_FILE = "manifest.json"


class BundleDamaged(ValueError):
    """A file of a bundle is missing or is not the one that its manifest names."""


def write_bundle(folder: Path, model_bytes: bytes, labels: tuple[str, ...], records: dict[str, dict]) -> None:
    """Write a bundle.

    Args:
        labels: class names in the order of the outputs.
        records: further JSON files by name without ending, such as proof and genotype.
    """
    folder.mkdir(parents=True, exist_ok=True)
    contents = {
        MODEL_FILE: model_bytes,
        "labels.txt": "".join(f"{label}\n" for label in labels).encode(),
        **{f"{name}.json": json.dumps(record, indent=1).encode() for name, record in records.items()},
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    (folder / MANIFEST_FILE).write_text(json.dumps({"sha256": digests}, indent=1))


def open_bundle(folder: Path) -> bytes:
    """The .tflite of a bundle, after every file was held against the manifest. Raises `BundleDamaged`."""
    try:
        digests = json.loads((folder / MANIFEST_FILE).read_text())["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BundleDamaged(f"{folder} has no readable {MANIFEST_FILE} ({error}); pull the bundle again") from error
    for name, expected in {MODEL_FILE: None, **digests}.items():
        path = folder / name
        found = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "no file"
        if found != expected:
            raise BundleDamaged(f"{name} has SHA-256 {found}, the manifest names {expected}; pull the bundle again")
    return (folder / MODEL_FILE).read_bytes()
