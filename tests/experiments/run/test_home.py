import shutil
from collections import namedtuple

import pytest

from experiments.errors import UserError
from experiments.run.home import home as home_folder
from experiments.run.home import require_room


def test_home_is_where_the_variable_says_and_else_in_the_users_home(home, monkeypatch, tmp_path):
    assert home_folder() == home
    monkeypatch.delenv("POTSTILL_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert home_folder() == tmp_path / ".potstill"


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UserError, match="cannot write to .*set POTSTILL_HOME"):
        require_room(tmp_path / "file" / "below")


def test_a_full_disk_is_refused_before_work(tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**12, 10**12, 3 * 10**6))
    with pytest.raises(UserError, match="3 MB free; this needs 500 MB"):
        require_room(tmp_path)
    assert list(tmp_path.iterdir()) == []
