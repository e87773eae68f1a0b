from pathlib import Path

import pytest

from experiments.commands.catalogue import descriptions, find
from experiments.errors import UserError


def test_every_known_experiment_is_found_under_its_name_and_described():
    assert set(descriptions()) == {"digits", "fashion_mnist", "cifar10", "sign_digits", "spoken_digit", "trec"}
    for name, line in descriptions().items():
        assert find(name).name == name
        assert line.endswith(".")


def test_a_users_own_file_is_found():
    assert find(str(Path(__file__).parents[2] / "tiny.py")).name == "tiny"


def test_a_misspelt_name_is_answered_with_the_likely_and_the_known():
    with pytest.raises(UserError, match=r"did you mean cifar10\? known: cifar10, digits"):
        find("cifar")


@pytest.mark.parametrize(
    ("content", "message"),
    [("1/0", "ZeroDivisionError"), ("EXPERIMENT = 3", "sets no EXPERIMENT"), ("def", "SyntaxError")],
)
def test_a_file_without_an_experiment_is_refused(tmp_path, content, message):
    path = tmp_path / "mine.py"
    path.write_text(content)
    with pytest.raises(UserError, match=message):
        find(str(path))
    with pytest.raises(UserError, match="no file"):
        find(str(tmp_path / "other.py"))


@pytest.mark.parametrize("name", ["./photos", "/no/where", "asks.csv", "arrays.NPZ"])
def test_a_path_that_leads_nowhere_is_named(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=f"there is no file or folder {name}"):
        find(name)
