"""An append-only, checksummed journal of typed records, safe against a kill at any moment."""

import copy
import hashlib
import json
import os
import threading
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from search.errors import SearchError

if TYPE_CHECKING:
    from typing_extensions import Self


class JournalDamaged(SearchError, RuntimeError):
    """A line before the last does not match its checksum: the file was changed or the disk lost data."""


class Record(Protocol):
    """A value that a journal keeps: a frozen dataclass, for example."""

    kind: ClassVar[str]
    """Tells the records of a type from all others."""

    def to_record(self) -> dict[str, Any]:
        """As JSON values, without the kind."""
        ...

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Self":
        """The inverse of `to_record`; what it does not know it leaves out."""
        ...


@dataclass(frozen=True, kw_only=True)
class PlainRecord:
    """A record whose fields are JSON values."""

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Self":
        """The inverse of `to_record`."""
        return cls(**{field.name: record[field.name] for field in fields(cls)})


R = TypeVar("R", bound=Record)


class Records:
    """The records of a journal as they were when it was read."""

    def __init__(self, records: list[dict[str, Any]], prefix: str = ""):
        self._records, self._prefix = records, prefix

    def kinds(self) -> list[str]:
        """The kind of each record, oldest first."""
        return [record["kind"] for record in self._records]

    def records(self, kind: type[R]) -> list[R]:
        """All records of a type, oldest first."""
        return [kind.from_record(record) for record in self._of(kind)]

    def last(self, kind: type[R]) -> R | None:
        """The newest record of a type, or None."""
        records = self._of(kind)
        return kind.from_record(records[-1]) if records else None

    def _of(self, kind: type[Record]) -> list[dict[str, Any]]:
        return [record for record in self._records if record["kind"] == self._prefix + kind.kind]


class Journal(Records):
    """Records, one to a line, each line with its own checksum.

    A torn last line is what a kill during a write leaves: it is dropped at opening. Damage anywhere else raises
    `JournalDamaged`, since what follows it may depend on what is lost.
    """

    def __init__(self, path: Path):
        self.path = path
        records, intact_bytes = _read(path)
        super().__init__(records)
        self._lock = threading.Lock()
        if path.exists() and intact_bytes < path.stat().st_size:
            os.truncate(path, intact_bytes)

    def part(self, name: str) -> "Journal":
        """The same file, for records that nothing else is to count: their kinds begin with the part's name."""
        part = copy.copy(self)
        part._prefix = f"{self._prefix}{name} "
        return part

    def append(self, record: R) -> R:
        """Write a record and wait until the disk has it; returns it."""
        line = _line({**record.to_record(), "kind": self._prefix + record.kind})
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # Workers' threads write to one journal.
        with self._lock:
            with self.path.open("ab") as stream:
                stream.write(line)
                stream.flush()
                os.fsync(stream.fileno())
            self._records.append(json.loads(line)["record"])
        return record


def read_journal(path: Path) -> list[dict[str, Any]]:
    """The records of a journal that another process may be writing; changes nothing."""
    return _read(path)[0]


def _line(record: dict) -> bytes:
    body = json.dumps(record, sort_keys=True)
    checksum = hashlib.sha256(body.encode()).hexdigest()[:16]
    return json.dumps({"sha256": checksum, "record": json.loads(body)}, sort_keys=True).encode() + b"\n"


def _read(path: Path) -> tuple[list[dict], int]:
    records, intact_bytes = [], 0
    lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
    for number, line in enumerate(lines, start=1):
        try:
            record = json.loads(line)["record"]
            intact = _line(record) == line
        except (ValueError, KeyError, TypeError):
            record, intact = {}, False
        if not intact and number == len(lines):
            break
        if not intact:
            raise JournalDamaged(
                f"{path}, line {number} of {len(lines)}, does not match its checksum; "
                "restore the file from a backup, or delete its folder to run the experiment afresh"
            )
        records.append(record)
        intact_bytes += len(line)
    return records, intact_bytes
