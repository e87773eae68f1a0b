"""The folder of one run: its journal, its lock, and what state it is in."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

from experiments.errors import UserError
from experiments.experiment import Experiment
from experiments.run import home
from search.journal import read_journal


class RunFolder:
    """Where an experiment's run keeps what it has finished. Equal experiments share one folder, and so resume."""

    def __init__(self, path: Path):
        self.path = path
        self.journal_path = path / "journal.jsonl"

    @classmethod
    def of(cls, experiment: Experiment) -> "RunFolder":
        """The folder for this very experiment."""
        return cls(home.home() / "runs" / f"{experiment.name}-{experiment.key}")

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the run: no other process may. The lock goes with the process, however that ends."""
        self.path.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(self.path / "lock")
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout as error:
            raise UserError(
                f"this very run is going on in another process ({self.path}); "
                "follow it with `potstill status`, or change a field such as --seed"
            ) from error
        try:
            yield
        finally:
            lock.release()

    def state(self) -> str:
        """finished, running, failed or interrupted. Whatever a process died of, a dead one holds no lock."""
        kinds = [record["kind"] for record in self.records()]
        if "finished" in kinds:
            return "finished"
        try:
            with filelock.FileLock(self.path / "lock", timeout=0):
                return "failed" if kinds and kinds[-1] == "failed" else "interrupted"
        except filelock.Timeout:
            return "running"

    def records(self) -> list[dict]:
        """What the journal holds now."""
        return read_journal(self.journal_path)

    def experiment(self) -> dict:
        """The resolved experiment as JSON values."""
        return json.loads((self.path / "experiment.json").read_text())


def run_folders(name: str | None = None) -> list[RunFolder]:
    """All runs, newest first; with a name those of that experiment."""
    found = []
    for path in (home.home() / "runs").glob("*-*/experiment.json"):
        folder = RunFolder(path.parent)
        if name is None or folder.experiment()["name"] == name:
            found.append(folder)
    return sorted(found, key=lambda folder: os.stat(folder.journal_path).st_mtime, reverse=True)
