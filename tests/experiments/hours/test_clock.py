"""The clock of a run over several launches."""

import json

import pytest

from experiments.hours import clock as clock_module
from experiments.hours.clock import Clock


class _Time:
    """A clock that the test moves."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def test_launches_add_up_and_the_time_between_them_does_not_count(tmp_path):
    time = _Time()
    with Clock(tmp_path / "clock.json", time).running() as clock:
        time.now += 30
        assert clock.seconds() == 30
    time.now += 10_000
    with Clock(tmp_path / "clock.json", time).running() as clock:
        assert clock.seconds() == 30
        time.now += 5
        assert clock.seconds() == 35
    assert json.loads((tmp_path / "clock.json").read_text()) == {"seconds": 35}


def test_it_is_kept_while_it_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(clock_module, "_SAVE_SECONDS", 0.01)
    path = tmp_path / "clock.json"
    with Clock(path).running():
        for _ in range(500):
            if path.exists():
                break
            __import__("time").sleep(0.01)
        assert json.loads(path.read_text())["seconds"] >= 0


@pytest.mark.parametrize("content", ["", "[]", '{"seconds": "x"}', '{"seconds": -5}', "{"])
def test_a_damaged_file_counts_as_none(tmp_path, content):
    (tmp_path / "clock.json").write_text(content)
    assert Clock(tmp_path / "clock.json", _Time()).seconds() == 0


def test_a_save_that_fails_ends_nothing_and_hides_no_error(tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()

    def work() -> None:
        with Clock(folder / "clock.json").running():
            folder.rmdir()
            raise ValueError("the first error")

    with pytest.raises(ValueError, match="the first error"):
        work()


@pytest.mark.parametrize("text", ['{"seconds": Infinity}', '{"seconds": NaN}', "[]", ""])
def test_a_clock_that_cannot_be_read_counts_nothing(tmp_path, text):
    path = tmp_path / "clock.json"
    path.write_text(text)
    assert Clock(path, now=lambda: 5.0).seconds() == 0


def test_a_launch_that_began_before_its_clock_counts_from_its_beginning(tmp_path):
    time = _Time()
    assert Clock(tmp_path / "clock.json", time, began=time.now - 12).seconds() == 12
