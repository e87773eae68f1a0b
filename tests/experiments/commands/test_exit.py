import errno
import sys
from types import ModuleType

import pytest

from deploy.errors import DeployError
from distill.errors import DistillError
from experiments.commands.exit import reporting_errors
from experiments.errors import UserError
from search.journal import JournalDamaged


def ended(error: BaseException):
    with pytest.raises(SystemExit) as stop, reporting_errors():
        raise error
    return stop.value.code


class Refused(DeployError, ValueError):
    pass


@pytest.mark.parametrize(
    "error",
    [
        UserError("no, try that"),
        Refused("no, try that"),
        DistillError("no, try that"),
        JournalDamaged("no, try that"),
        OSError(errno.ENOSPC, "no, try that"),
    ],
)
def test_what_a_user_can_mend_is_a_line(error, capsys):
    assert ended(error) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("error: ")
    assert "no, try that" in lines[0]


def test_an_error_of_mlflow_is_a_line_too(monkeypatch, capsys):
    module = ModuleType("mlflow.exceptions")
    module.MlflowException = type("MlflowException", (Exception,), {})
    monkeypatch.setitem(sys.modules, "mlflow.exceptions", module)
    assert ended(module.MlflowException("gone")) == 1
    assert capsys.readouterr().err == "error: gone\n"
    # By its type, not by its name.
    assert ended(type("MlflowException", (Exception,), {})("gone")) == 70


def test_a_missing_training_package_says_how_to_get_it(capsys):
    assert ended(ModuleNotFoundError("No module named 'tensorflow'", name="tensorflow.python")) == 1
    assert "pip install 'potstill[train]'" in capsys.readouterr().err


def test_a_defect_keeps_its_traceback(capsys):
    assert ended(ZeroDivisionError("oops")) == 70
    told = capsys.readouterr().err
    assert "Traceback" in told
    assert "This is a defect of Potstill" in told


def test_ctrl_c_ends_as_shells_expect():
    assert ended(KeyboardInterrupt()) == 130


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_disk_that_takes_nothing_is_named(number, capsys):
    with pytest.raises(SystemExit) as ended, reporting_errors():
        raise OSError(number, "no room", "some/file")
    assert ended.value.code == 1
    assert "no room (some/file); make room or make it writable" in capsys.readouterr().err
