"""Latencies that were measured elsewhere, by the digest of each file's bytes."""

import csv
import io
import json
from collections.abc import Sequence

from deploy.devices.device import Device, OnStep
from deploy.devices.latency import Latency, Provenance
from deploy.digests import sha256_of
from deploy.errors import DeployError, FileRefused

COLUMNS = ("sha256", "median_ms")
"""Columns that each row must have. Optional: spread_ms, first_ms, warm_up_ms, runs, date; others are ignored."""
SHARED_COLUMNS = ("processor", "runtime", "delegate", "threads")
"""Columns with the same value in all rows; in JSON, keys beside `measurements`."""
_UNITS = {"median_us": 1e-3, "median_ms": 1.0, "median_s": 1e3}


class TableRefused(DeployError, ValueError):
    """A table that cannot be used; the message names the line and what is missing."""


class Table(Device):
    """Measurements from a file: CSV with a header, or JSON of {processor, runtime, ..., "measurements": [...]}."""

    def __init__(self, name: str, text: str):
        """Raises `TableRefused`."""
        self.name = name
        shared, rows = _json(text) if text.lstrip().startswith("{") else _csv(text)
        self._provenance = Provenance(device=name, kind="table", **shared)
        self._rows = {row["sha256"]: self._latency(number, row) for number, row in enumerate(rows, 1)}
        if not self._rows:
            raise TableRefused("a table without measurements: each row needs sha256 and median_ms")
        self.only_files = frozenset(self._rows)

    def provenance(self) -> Provenance:
        """As `Device.provenance`."""
        return self._provenance

    def measure(self, files: Sequence[bytes], on_step: OnStep = lambda done, count: None) -> list[Latency]:
        """As `Device.measure`. Raises `FileRefused` for a file that the table does not have."""
        digests = [sha256_of(model_bytes) for model_bytes in files]
        missing = [digest for digest in digests if digest not in self._rows]
        if missing:
            raise FileRefused(
                f"{self.name} is a table without {len(missing)} of {len(files)} files (SHA-256 {missing[0][:12]}...); "
                "measure them on the device and add their rows"
            )
        return [self._rows[digest] for digest in digests]

    def _latency(self, number: int, row: dict) -> Latency:
        units = [column for column in _UNITS if column in row]
        if not units:
            raise TableRefused(
                f"row {number} has no median_ms: a latency names its unit in its column (median_us, median_ms, "
                f"median_s), and this table has {', '.join(map(str, row))}"
            )
        digest = str(row.get("sha256", ""))
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise TableRefused(f"row {number} has the sha256 {digest!r}: 64 hexadecimal digits of the file are needed")
        try:
            median_ms = float(row[units[0]]) * _UNITS[units[0]]
            return Latency(
                median_ms=median_ms,
                spread_ms=float(row.get("spread_ms") or 0.0),
                first_ms=float(row.get("first_ms") or median_ms),
                warm_up_ms=float(row.get("warm_up_ms") or median_ms),
                runs=int(row.get("runs") or 1),
                date=str(row.get("date") or "unknown"),
                provenance=self._provenance,
            )
        except (TypeError, ValueError) as error:
            raise TableRefused(f"row {number}: {error}") from error


def _csv(text: str) -> tuple[dict, list[dict]]:
    try:
        rows = list(csv.DictReader(io.StringIO(text)))
    except csv.Error as error:
        raise TableRefused(f"neither CSV nor JSON ({error})") from error
    if not rows:
        raise TableRefused("a table without rows: CSV with a header line, or JSON, is needed")
    shared = {}
    for key in SHARED_COLUMNS:
        values = {row.get(key) for row in rows}
        if len(values) > 1:
            raise TableRefused(f"rows of several {key}s ({', '.join(sorted(map(str, values))[:3])}): a table is of one")
        shared[key] = values.pop()
    return _shared(shared), rows


def _json(text: str) -> tuple[dict, list[dict]]:
    try:
        value = json.loads(text)
        rows = value["measurements"]
        if not all(isinstance(row, dict) for row in rows):
            raise TypeError
    except (ValueError, KeyError, TypeError) as error:
        raise TableRefused('JSON needs "measurements", a list of objects with sha256 and median_ms') from error
    return _shared(value), rows


def _shared(value: dict) -> dict:
    missing = [key for key in SHARED_COLUMNS if not value.get(key)]
    if missing:
        raise TableRefused(
            f"the table does not say its {', '.join(missing)}: a latency without its device and runtime is gossip; "
            "add a column of that name, the same in every row"
        )
    threads = value["threads"]
    if not str(threads).isdecimal() or int(threads) < 1:
        raise TableRefused(f"threads is {threads!r}: a number of 1 or more is needed")
    return {**{key: str(value[key]) for key in SHARED_COLUMNS[:3]}, "threads": int(threads)}
