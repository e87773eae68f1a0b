"""Finding an experiment: by its name, or in a user's own file."""

import ast
import difflib
import importlib
import importlib.util
from pathlib import Path

from experiments.errors import UserError
from experiments.experiment import Experiment

_HERE = Path(__file__).parent.parent


def known() -> dict[str, str]:
    """The experiments that come with Potstill, by name, with the first line of their description."""
    found = {}
    for path in sorted(_HERE.glob("*.py")):
        tree = ast.parse(path.read_text())
        names = {
            t.id for node in tree.body if isinstance(node, ast.Assign) for t in node.targets if isinstance(t, ast.Name)
        }
        if "EXPERIMENT" in names:
            found[path.stem] = (ast.get_docstring(tree) or "").splitlines()[0]
    return found


def find(name: str) -> Experiment:
    """The experiment of that name, or the EXPERIMENT of the Python file at that path. Raises `UserError`."""
    if name.endswith(".py"):
        return _from_file(Path(name))
    names = known()
    if name not in names:
        close = difflib.get_close_matches(name, names, n=1)
        meant = f"did you mean {close[0]}? " if close else ""
        raise UserError(
            f"unknown experiment {name!r}; {meant}known: {', '.join(names)}; or give the path of a .py file"
        )
    return importlib.import_module(f"experiments.{name}").EXPERIMENT


def _from_file(path: Path) -> Experiment:
    if not path.is_file():
        raise UserError(
            f"no file {path}; give the path of a Python file that sets EXPERIMENT, or one of: {', '.join(known())}"
        )
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise UserError(f"{path} cannot be run: {type(error).__name__}: {error}") from error
    experiment = getattr(module, "EXPERIMENT", None)
    if not isinstance(experiment, Experiment):
        raise UserError(
            f"{path} sets no EXPERIMENT of the type experiments.experiment.Experiment; "
            "derive one: EXPERIMENT = dataclasses.replace(experiments.digits.EXPERIMENT, name='mine', seed=1)"
        )
    return experiment
