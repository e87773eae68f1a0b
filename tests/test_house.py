"""The house rules that no other tool counts: folders that one overlooks, short signatures, names of things."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.slow_files import SLOW_FILES

ROOT = Path(__file__).parent.parent
PACKAGES = ("distill", "search", "deploy", "experiments")
MODULES = [
    path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")) if "templates" not in path.parts
]
MOST_MODULES = {"distill": 20, "search": 20}
"""In a folder; 14 elsewhere."""
MOST_PARAMETERS = 12
VAGUE = {"found", "told", "made", "given", "kept", "each", "own", "about"}
"""Words that say what happened to a thing, and not what it is."""
VAGUE_SHARE = 0.003
RIDDLE = re.compile(r"(What|How|Which|Whether|Where|Who|When)\b")


def assigned_names(tree: ast.AST):
    """Every name that is assigned to, and every parameter."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg


def parameters(function: ast.FunctionDef) -> int:
    """The number of parameters that a caller gives."""
    arguments = function.args
    names = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    return len([name for name in names if name not in ("self", "cls")])


def test_there_are_modules_to_look_at():
    assert len(MODULES) > 200


def test_folders_are_small():
    counts = Counter(path.parent.relative_to(ROOT) for path in MODULES if path.name != "__init__.py")
    crowded = {str(folder): count for folder, count in counts.items() if count > MOST_MODULES.get(str(folder), 14)}
    assert not crowded


@pytest.mark.parametrize("package", PACKAGES)
def test_signatures_are_short(package):
    long = [
        f"{path.relative_to(ROOT)}: {node.name} has {parameters(node)} parameters"
        for path in MODULES
        if path.is_relative_to(ROOT / package)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and parameters(node) > MOST_PARAMETERS
    ]
    assert not long


def test_names_are_those_of_things():
    places = [(name, path) for path in MODULES for name in assigned_names(ast.parse(path.read_text()))]
    vague = [f"{path.relative_to(ROOT)}: {name}" for name, path in places if VAGUE & set(name.split("_"))]
    assert len(vague) < VAGUE_SHARE * len(places), vague


def test_modules_say_plainly_what_they_are():
    texts = {path.relative_to(ROOT): ast.get_docstring(ast.parse(path.read_text())) or "" for path in MODULES}
    assert not [str(path) for path, text in texts.items() if not text or RIDDLE.match(text)]


def test_the_slow_files_are_there():
    assert not [name for name in SLOW_FILES if not (ROOT / "tests" / name).is_file()]
