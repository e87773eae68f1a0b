"""Who may import whom, read from the imports themselves."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("distill", "search", "deploy", "experiments")
ALLOWED = {
    "distill": {"distill"},
    "deploy": {"deploy"},
    "search": {"search", "deploy.budget", "deploy.cost", "deploy.latency.profile"},
    "experiments": set(ROOMS),
}
# Each framework has one home; ONNX is read in one room and written in another.
HOMES = {
    "mlflow": "experiments",
    "tyro": "experiments",
    "rich": "experiments",
    "ray": "experiments",
    "tensorflow_model_optimization": "deploy",
    "ai_edge_litert": "deploy",
    "keras_tuner": "search",
    "tensorflow_datasets": "experiments/data",
    "onnxruntime": ("distill/brought", "deploy/exports"),
    "onnx": "deploy/exports",
    "coremltools": "deploy/exports",
    "netron": "deploy",
    "model_signing": "deploy/packing",
    "cryptography": "deploy",
    "jinja2": "deploy",
    # Teachers that users bring may be Keras 3 models; nothing of ours is.
    "keras": "distill/brought",
}
MODULES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def imports(path: Path):
    """Every imported module, dotted; `from a import b` gives a.b, since b may be a module."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(module: str, allowed: str) -> bool:
    return module == allowed or module.startswith(f"{allowed}.")


def test_there_are_modules_to_look_at():
    assert len(MODULES) > 40


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_follow_the_arrows(path):
    room = path.relative_to(ROOT).parts[0]
    for module in imports(path):
        if module.split(".")[0] in ROOMS:
            assert any(within(module, allowed) for allowed in ALLOWED[room]), f"{room} may not import {module}"
        for framework, home in HOMES.items():
            # The registered model's own code runs without Potstill, so LiteRT is loaded there too.
            if within(module, framework) and path.name != "registered_model.py":
                homes = (home,) if isinstance(home, str) else home
                assert any(path.is_relative_to(ROOT / each) for each in homes), f"{framework} belongs to {home}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_keras_is_tf_keras(path):
    for module in imports(path):
        assert not within(module, "tensorflow.keras")
