"""The folder of one run: its journal, its lock and its state."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

from experiments.errors import UserError
from experiments.experiment import Experiment
from experiments.run import home
from search.journal import Records, read_journal


@contextmanager
def locked(folder: Path, refusal: str) -> Iterator[None]:
    """Lock a folder, made where it is new, for this process. Raises `UserError` with the refusal where another has."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        lock = filelock.FileLock(folder / "lock").acquire(timeout=0)
    except filelock.Timeout as error:
        raise UserError(refusal) from error
    with lock:
        yield


@contextmanager
def waited_for(path: Path, notice: str, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock of a file that several runs may write; the notice is said where another process has it now."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        lock = filelock.FileLock(path).acquire(timeout=0)
    except filelock.Timeout:
        say(notice)
        lock = filelock.FileLock(path).acquire()
    with lock:
        yield


class RunFolder:
    """The folder that an experiment's run resumes from. Equal experiments share one."""

    def __init__(self, path: Path):
        self.path = path
        self.journal_path = path / "journal.jsonl"

    @classmethod
    def of(cls, experiment: Experiment) -> "RunFolder":
        """The folder for this very experiment."""
        return cls(home.home() / "runs" / f"{experiment.name}-{experiment.key}")

    @contextmanager
    def held(self) -> Iterator[None]:
        """Lock the run for this process. The lock ends with the process, however that ends."""
        refusal = (
            f"this very run is going on in another process ({self.path}); "
            "follow it with `potstill status`, or change a field such as --seed"
        )
        with locked(self.path, refusal):
            yield

    def state(self) -> str:
        """finished, running, failed or interrupted. A dead process holds no lock, whatever it died of."""
        kinds = self.records().kinds()
        if "finished" in kinds:
            return "finished"
        try:
            with filelock.FileLock(self.path / "lock", timeout=0):
                return "failed" if kinds and kinds[-1] == "failed" else "interrupted"
        except filelock.Timeout:
            return "running"

    def records(self) -> Records:
        """All records of the journal now."""
        return Records(read_journal(self.journal_path))

    def experiment(self) -> dict:
        """The resolved experiment as JSON values."""
        return json.loads((self.path / "experiment.json").read_text())


def run_folders(name: str | None = None) -> list[RunFolder]:
    """All runs, newest first; with a name those of that experiment."""
    folders = []
    for path in (home.home() / "runs").glob("*-*/experiment.json"):
        folder = RunFolder(path.parent)
        # A launch that ended before its run began in MLflow has no journal yet.
        if folder.journal_path.exists() and (name is None or folder.experiment()["name"] == name):
            folders.append(folder)
    return sorted(folders, key=lambda folder: os.stat(folder.journal_path).st_mtime, reverse=True)
