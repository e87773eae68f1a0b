"""The Python code of bundles as a module: what the other languages are held against."""

import importlib.util
from pathlib import Path


def predict_code(path: Path):
    """A `predict.py` as a module."""
    spec = importlib.util.spec_from_file_location("predict", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
