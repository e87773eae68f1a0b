"""Python code for a bundle: one script that needs LiteRT, numpy and, for pictures, Pillow."""

import importlib.metadata
from importlib import resources

from deploy.bundle.bundle import Bundle
from deploy.integration.rendering import rendered

FOLDER = "integration/python"
_FIRST = {"picture": "_SIXTEEN_BITS", "text": "_BITS"}
"""First name in the code of modules of `deploy.bundle` that are shipped, behind their imports."""


def files(bundle: Bundle) -> dict[str, bytes]:
    """`predict.py` and what it needs, by their names in the bundle."""
    kind = bundle.preprocessing.kind
    packages = ["ai-edge-litert", "numpy"] + ["pillow"] * (kind == "picture")
    needed = "".join(f"{package}>={importlib.metadata.version(package)}\n" for package in packages)
    code = {name: _code(name) if name == kind else "" for name in _FIRST}
    return {
        f"{FOLDER}/predict.py": rendered("python/predict.py", **code),
        f"{FOLDER}/requirements.txt": needed.encode(),
    }


def _code(module: str) -> str:
    text = (resources.files("deploy.bundle") / f"{module}.py").read_text()
    return text[text.index(f"\n{_FIRST[module]}") :].strip()
