"""Python code for a bundle: one script that needs LiteRT, numpy and, for pictures, Pillow."""

import importlib.metadata
from importlib import resources

from deploy.bundle.bundle import Bundle
from deploy.integration.rendering import rendered

FOLDER = "integration/python"
_FIRST = "_SIXTEEN_BITS"
"""First name in the code of `deploy.bundle.picture`, behind its imports."""


def files(bundle: Bundle) -> dict[str, bytes]:
    """`predict.py` and what it needs, by their names in the bundle."""
    is_sound = bundle.preprocessing.sound is not None
    packages = ["ai-edge-litert", "numpy"] + ([] if is_sound else ["pillow"])
    needed = "".join(f"{package}>={importlib.metadata.version(package)}\n" for package in packages)
    picture = (resources.files("deploy.bundle") / "picture.py").read_text()
    code = "" if is_sound else picture[picture.index(_FIRST) :].rstrip()
    return {
        f"{FOLDER}/predict.py": rendered("python/predict.py", picture=code),
        f"{FOLDER}/requirements.txt": needed.encode(),
    }
