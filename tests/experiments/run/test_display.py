from experiments.run import display
from experiments.run.display import Display


def test_a_log_has_a_line_now_and_then_while_a_stage_is_at_work(monkeypatch, capsys):
    monkeypatch.setattr(display, "_QUIET_SECONDS", 0)
    with Display() as shown:
        shown.stage("bank", 1_200, done=200)
        shown.step("0.1 MB", 500)
    assert "bank: 700 of 1,200 0.1 MB" in capsys.readouterr().err


def test_a_stage_learns_how_many_steps_it_has(monkeypatch, capsys):
    monkeypatch.setattr(display, "_QUIET_SECONDS", 0)
    with Display() as shown:
        shown.stage("device")
        shown.reach(3, 100)
        shown.reach(7, 100)
    assert "device: 7 of 100" in capsys.readouterr().err


def test_it_is_quiet_when_little_time_has_passed(capsys):
    with Display() as shown:
        shown.stage("search", 10)
        shown.step("epoch 1")
        shown.say("trial 0: done")
    assert "search: trial 0: done" in capsys.readouterr().err
