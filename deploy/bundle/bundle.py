"""A bundle as one value: a student's file, its labels, preprocessing, known answers and records."""

import json
from dataclasses import dataclass
from typing import Any, cast

from deploy.bundle.known_answers import KnownAnswers
from deploy.bundle.preprocessing import Preprocessing
from deploy.errors import DeployError

MODEL_FILE = "model.tflite"
LABELS_FILE = "labels.txt"
PREPROCESSING_FILE = "preprocessing.json"
ANSWERS_FILE = "known_answers.npz"
MANIFEST_FILE = "manifest.json"


class BundleDamaged(DeployError, ValueError):
    """A bundle that differs from its manifest or contradicts itself; the message names the file."""


class BundleRefused(DeployError, ValueError):
    """A request that a bundle cannot fulfil; the message says why and what to try."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Bundle:
    """A student's file with everything that an app or a reader needs beside it."""

    model_bytes: bytes
    """The .tflite, its metadata inside."""
    labels: tuple[str, ...]
    """Class names in the order of the outputs."""
    preprocessing: Preprocessing
    answers: KnownAnswers
    records: dict[str, dict | list]
    """JSON files by name without ending: `proof`, `about` (see `origin`), and others."""

    def __post_init__(self):
        for name, expected, count in (
            (LABELS_FILE, self.answers.outputs.shape[1], len(self.labels)),
            (ANSWERS_FILE, len(self.answers.outputs), len(self.answers.pixels)),
        ):
            if expected != count:
                raise BundleDamaged(f"{name} has {count} entries where the model's outputs have {expected}")

    @property
    def proof(self) -> dict[str, Any]:
        """The record of its proof."""
        return cast("dict[str, Any]", self.records["proof"])

    @property
    def origin(self) -> dict[str, Any]:
        """The record `about`: name, licence, data, teacher, student, compression, budget."""
        return cast("dict[str, Any]", self.records["about"])

    def files(self) -> dict[str, bytes]:
        """The files that it consists of, by name; `contents` adds the generated ones."""
        return {
            MODEL_FILE: self.model_bytes,
            LABELS_FILE: "".join(f"{label}\n" for label in self.labels).encode(),
            PREPROCESSING_FILE: _json(self.preprocessing.to_record()),
            ANSWERS_FILE: self.answers.to_bytes(),
            **{f"{name}.json": _json(record) for name, record in self.records.items()},
        }

    @classmethod
    def from_files(cls, files: dict[str, bytes]) -> "Bundle":
        """The inverse of `files`. Raises `BundleDamaged`, which names the damaged file."""
        reading = ""

        def read(name: str, reader):
            nonlocal reading
            reading = name
            if name not in files:
                raise BundleDamaged(f"{name} is missing; pull the bundle again")
            return reader(files[name])

        try:
            return cls(
                model_bytes=read(MODEL_FILE, bytes),
                labels=read(LABELS_FILE, lambda content: tuple(content.decode().removesuffix("\n").split("\n"))),
                preprocessing=read(PREPROCESSING_FILE, lambda content: Preprocessing.from_record(json.loads(content))),
                answers=read(ANSWERS_FILE, KnownAnswers.from_bytes),
                records={
                    file.removesuffix(".json"): read(file, json.loads)
                    for file in files
                    if "/" not in file and file.endswith(".json") and file not in (PREPROCESSING_FILE, MANIFEST_FILE)
                },
            )
        except BundleDamaged:
            raise
        except Exception as error:  # Readers of damaged files raise whatever the damage leads to.
            raise BundleDamaged(
                f"{reading} cannot be read ({type(error).__name__}: {error}); pull the bundle again"
            ) from error


def _json(record: dict | list) -> bytes:
    return json.dumps(record, indent=1).encode()
