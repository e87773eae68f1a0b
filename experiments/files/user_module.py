"""Python files that the user wrote, executed as modules."""

import importlib.util
from pathlib import Path
from types import ModuleType

from experiments.errors import UserError


def user_module(path: Path) -> ModuleType:
    """Execute a Python file. Raises `UserError` for what it raises."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise UserError(f"{path} cannot be run: it is no Python file")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise UserError(f"{path} cannot be run: {type(error).__name__}: {error}") from error
    return module
