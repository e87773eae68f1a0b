"""Experiments by their name, or in a user's own file."""

import ast
import difflib
import importlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.data.settings import Data
from experiments.errors import UserError
from experiments.experiment import Experiment
from experiments.files.user_module import user_module
from experiments.run.frameworks import quiet_libraries

if TYPE_CHECKING:
    from experiments.planning.derived import Derived

_BUILDER = r"[a-z][a-z0-9_]*(/[\w.-]+)?"
"""A name of TFDS, maybe with a config."""
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
    """The experiment of that name, of a Python file's EXPERIMENT, or of a data set. Raises `UserError`."""
    if name.endswith(".py"):
        return _from_file(Path(name))
    if name in descriptions():
        return importlib.import_module(f"experiments.{name}").EXPERIMENT
    return from_data(Data(dataset=name)).experiment


def from_data(data: Data, preset: str = "small") -> "Derived":
    """The experiment of a data set, with the reasons for its choices. Raises `UserError`."""
    name = data.dataset
    if not (Path(name).exists() or ".py:" in name):
        if name.startswith(("/", ".", "~")) or Path(name).suffix.lower() in (".csv", ".tsv", ".npz"):
            raise UserError(f"there is no file or folder {name}")
        quiet_libraries()
        from experiments.data.sources.open import is_builder

        if not (re.fullmatch(_BUILDER, name) and is_builder(name)):
            names = descriptions()
            close = difflib.get_close_matches(name, names, n=1)
            meant = f"did you mean {close[0]}? " if close else ""
            raise UserError(
                f"unknown experiment {name!r}; {meant}known: {', '.join(names)}; or give the path of a .py file, or "
                "data: a folder with a folder for each class, .npz, .csv, FILE.py:CLASS or the name of a TFDS builder"
            )
    quiet_libraries()
    from experiments.planning.derived import derived

    return derived(data, preset)


def run_name(name: str) -> str:
    """The name that an experiment's runs have: of a Python file's EXPERIMENT, of a data set, or the name itself."""
    if name.endswith(".py"):
        return find(name).name
    if name in descriptions() or not Path(name).exists():
        return name
    from experiments.planning.derived import name_of

    return name_of(name)


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
