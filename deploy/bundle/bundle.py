"""What is handed over for one student, as one value."""

import json
from dataclasses import dataclass

from deploy.bundle.known_answers import KnownAnswers
from deploy.bundle.preprocessing import Preprocessing
from deploy.errors import DeployError

MODEL_FILE = "model.tflite"
LABELS_FILE = "labels.txt"
PREPROCESSING_FILE = "preprocessing.json"
ANSWERS_FILE = "known_answers.npz"
MANIFEST_FILE = "manifest.json"


class BundleDamaged(DeployError, ValueError):
    """A bundle is not what its manifest, or its own parts, say; the message names the file."""


class BundleRefused(DeployError, ValueError):
    """What was asked of a bundle cannot be done; the message says why and what to try."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Bundle:
    """A student's file and what explains it."""

    model_bytes: bytes
    """The .tflite, its metadata inside."""
    labels: tuple[str, ...]
    """Class names in the order of the outputs."""
    preprocessing: Preprocessing
    answers: KnownAnswers
    records: dict[str, dict | list]
    """JSON files by name without ending. `proof` is there always; `about` says what it was made of."""

    def __post_init__(self):
        for name, wanted, found in (
            (LABELS_FILE, self.answers.outputs.shape[1], len(self.labels)),
            (ANSWERS_FILE, len(self.answers.outputs), len(self.answers.pixels)),
        ):
            if wanted != found:
                raise BundleDamaged(f"{name} has {found} entries where the model's outputs have {wanted}")

    def files(self) -> dict[str, bytes]:
        """What it is made of, by name; `contents` adds what is generated from it."""
        return {
            MODEL_FILE: self.model_bytes,
            LABELS_FILE: "".join(f"{label}\n" for label in self.labels).encode(),
            PREPROCESSING_FILE: _json(self.preprocessing.to_record()),
            ANSWERS_FILE: self.answers.to_bytes(),
            **{f"{name}.json": _json(record) for name, record in self.records.items()},
        }

    @classmethod
    def from_files(cls, files: dict[str, bytes]) -> "Bundle":
        """Of what `files` gave. Raises `BundleDamaged` and names the one that is not as it should be."""
        name = ""

        def read(of: str, reader):
            nonlocal name
            name = of
            if of not in files:
                raise BundleDamaged(f"{of} is missing; pull the bundle again")
            return reader(files[of])

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
                f"{name} cannot be read ({type(error).__name__}: {error}); pull the bundle again"
            ) from error


def _json(record: dict | list) -> bytes:
    return json.dumps(record, indent=1).encode()
