"""Experiments by their name, or in a user's own file."""

import ast
import difflib
import importlib
from pathlib import Path

from experiments.errors import UserError
from experiments.experiment import Experiment
from experiments.files.user_module import user_module

_SCRIPTS = Path(__file__).parent.parent


def descriptions() -> dict[str, str]:
    """The experiments that come with Potstill, by name, with the first line of their description."""
    lines = {}
    for path in sorted(_SCRIPTS.glob("*.py")):
        tree = ast.parse(path.read_text())
        names = {
            target.id
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        if "EXPERIMENT" in names:
            lines[path.stem] = (ast.get_docstring(tree) or "").splitlines()[0]
    return lines


def find(name: str) -> Experiment:
    """The experiment of that name, or the EXPERIMENT of the Python file at that path. Raises `UserError`."""
    if name.endswith(".py"):
        return _from_file(Path(name))
    names = descriptions()
    if name not in names:
        close = difflib.get_close_matches(name, names, n=1)
        meant = f"did you mean {close[0]}? " if close else ""
        raise UserError(
            f"unknown experiment {name!r}; {meant}known: {', '.join(names)}; or give the path of a .py file"
        )
    return importlib.import_module(f"experiments.{name}").EXPERIMENT


def run_name(name: str) -> str:
    """The name that an experiment's runs have: that of the EXPERIMENT of a Python file, or the name itself."""
    return find(name).name if name.endswith(".py") else name


def _from_file(path: Path) -> Experiment:
    if not path.is_file():
        raise UserError(
            f"no file {path}; give the path of a Python file that sets EXPERIMENT, "
            f"or one of: {', '.join(descriptions())}"
        )
    experiment = getattr(user_module(path), "EXPERIMENT", None)
    if not isinstance(experiment, Experiment):
        raise UserError(
            f"{path} sets no EXPERIMENT of the type experiments.experiment.Experiment; "
            "derive one: EXPERIMENT = dataclasses.replace(experiments.digits.EXPERIMENT, name='mine', seed=1)"
        )
    return experiment
