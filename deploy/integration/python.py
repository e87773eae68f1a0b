"""Python code for a bundle: one script that needs LiteRT, numpy and, for pictures, Pillow."""

import importlib.metadata

from deploy.bundle.bundle import Bundle
from deploy.integration.rendering import rendered

FOLDER = "integration/python"


def files(bundle: Bundle) -> dict[str, bytes]:
    """`predict.py` and what it needs, by their names in the bundle."""
    packages = ["ai-edge-litert", "numpy"] + ([] if bundle.preprocessing.sound else ["pillow"])
    needed = "".join(f"{package}>={importlib.metadata.version(package)}\n" for package in packages)
    return {
        f"{FOLDER}/predict.py": rendered("python/predict.py"),
        f"{FOLDER}/requirements.txt": needed.encode(),
    }
