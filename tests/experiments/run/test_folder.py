import subprocess
import sys
from dataclasses import dataclass
from typing import ClassVar

import pytest

from experiments.digits import EXPERIMENT
from experiments.errors import UserError
from experiments.run.folder import RunFolder, run_folders, waited_for
from experiments.run.records import Failed, Finished, RunBegun
from search.journal import Journal, PlainRecord


@dataclass(frozen=True, kw_only=True)
class Ended(PlainRecord):
    kind: ClassVar[str] = Finished.kind


@pytest.fixture
def folder(home):
    return RunFolder.of(EXPERIMENT)


def test_state_follows_lock_and_journal(folder):
    with folder.held():
        (folder.path / "experiment.json").write_text(EXPERIMENT.to_json())
        journal = Journal(folder.journal_path)
        journal.append(RunBegun(run_id="x"))
        # Seen from another process, as `potstill status` sees it.
        code = f"from experiments.run.folder import *\nprint(RunFolder(Path({str(folder.path)!r})).state())"
        told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert told.stdout.strip() == "running"
    assert folder.state() == "interrupted"
    journal.append(Failed(error="boom"))
    assert folder.state() == "failed"
    journal.append(Ended())
    assert folder.state() == "finished"
    assert [found.path for found in run_folders("digits")] == [folder.path]
    assert run_folders("other") == []


def test_two_processes_cannot_hold_the_same_run(folder):
    with folder.held():
        code = f"from experiments.run.folder import *\nwith RunFolder(Path({str(folder.path)!r})).held(): print('held')"
        second = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "going on in another process" in second.stderr
    assert "held" not in second.stdout


def test_the_lock_is_free_after_an_error(folder):
    with pytest.raises(UserError), folder.held():
        raise UserError("x")
    with folder.held():
        pass


def test_a_folder_whose_run_never_began_is_no_run(folder):
    folder.path.mkdir(parents=True)
    (folder.path / "experiment.json").write_text(EXPERIMENT.to_json())
    assert run_folders() == []


def test_a_lock_that_another_process_has_is_waited_for_with_a_notice(tmp_path):
    path, notices = tmp_path / "deep" / "x.lock", []
    with waited_for(path, "free", notices.append):
        assert notices == []
    code = (
        "import sys, filelock\n"
        f"with filelock.FileLock({str(path)!r}):\n    print('held', flush=True)\n    sys.stdin.readline()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "held\n"

        def release(notice):
            notices.append(notice)
            other.stdin.write("\n")
            other.stdin.flush()

        with waited_for(path, "it is waited for", release):
            assert notices == ["it is waited for"]
