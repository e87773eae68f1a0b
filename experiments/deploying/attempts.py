"""An attempt at compressing a model, as its folder keeps it: the file, its figures, and its evidence for a proof."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, ClassVar

from deploy.compress.compression import Compression
from deploy.compress.ladder import Attempt
from deploy.devices.latency import Latency
from deploy.digests import sha256_of
from deploy.proof.evidence import Evidence, LayerNoise
from deploy.proof.parity import Parity
from search.journal import Journal


@dataclass(frozen=True, kw_only=True)
class AttemptRecord:
    """The journal's record of an attempt."""

    kind: ClassVar[str] = "attempt"

    attempt: Attempt
    sha256: str | None = None
    """Of the file; None, as the evidence, where a step was refused."""
    evidence: Evidence | None = None

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        if self.evidence is None:
            return self.attempt.to_record()
        # The others are measured on the test split, by the proof alone.
        measured = asdict(self.evidence)
        evidence = {name: measured[name] for name in ("latency", "parity", "layers")}
        return {**self.attempt.to_record(), "sha256": self.sha256, **evidence}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "AttemptRecord":
        """The inverse of `to_record`."""
        values = {field.name: record[field.name] for field in fields(Attempt) if field.name in record}
        attempt = Attempt(**{**values, "broken": tuple(record["broken"])})
        if attempt.refused:
            return cls(attempt=attempt)
        evidence = Evidence(
            latency=record["latency"] and Latency.from_record(record["latency"]),
            parity=Parity(**record["parity"]),
            layers=tuple(LayerNoise(**layer) for layer in record["layers"]),
        )
        return cls(attempt=attempt, sha256=record["sha256"], evidence=evidence)


class AttemptFolder:
    """The folder of one compression among those of a model."""

    def __init__(self, parent: Path, compression: Compression | str):
        self._path = parent / str(compression).replace(", ", "-").replace(" ", "")
        self._file = self._path / "model.tflite"

    def file(self) -> bytes:
        """The .tflite."""
        return self._file.read_bytes()

    def write_file(self, content: bytes) -> str:
        """Write the .tflite; returns its SHA-256."""
        self._path.mkdir(parents=True, exist_ok=True)
        self._file.write_bytes(content)
        return sha256_of(content)

    def record(self) -> AttemptRecord | None:
        """The newest record; None where there is none, or the file was changed since."""
        record = self._journal().last(AttemptRecord)
        sha256 = sha256_of(self.file()) if self._file.exists() else None
        return record if record is not None and record.sha256 == sha256 else None

    def append(self, record: AttemptRecord) -> None:
        """Write a record."""
        self._journal().append(record)

    def _journal(self) -> Journal:
        return Journal(self._path / "attempt.jsonl")
