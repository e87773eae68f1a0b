"""Whether this machine is ready for a run."""

import importlib.metadata
import os
import platform
import shutil

from experiments.errors import UserError
from experiments.run import home, tracking

PACKAGES = (
    "tensorflow",
    "tf_keras",
    "keras-tuner",
    "tensorflow-model-optimization",
    "tensorflow-datasets",
    "mlflow",
    "ai-edge-litert",
    "numpy",
)


def examine() -> dict:
    """Versions, settings, GPUs, disk and store as JSON values; `problems` lists what would stop a run."""
    from experiments.run.frameworks import quiet_libraries, require_legacy_keras

    problems = []
    try:
        require_legacy_keras()
    except UserError as error:
        problems.append(str(error))
    installed = versions()
    problems += [
        f"{package} is not installed; run `make setup`" for package, version in installed.items() if not version
    ]
    gpus = None
    if installed["tensorflow"]:
        quiet_libraries()
        import tensorflow as tf

        gpus = [device.name for device in tf.config.list_physical_devices("GPU")]
    try:
        tracking.connect()
        reachable = True
    except UserError as error:
        reachable = False
        problems.append(str(error))
    existing = next(path for path in (home.home(), *home.home().parents) if path.exists())
    return {
        "python": platform.python_version(),
        "versions": installed,
        "TF_USE_LEGACY_KERAS": os.environ.get("TF_USE_LEGACY_KERAS"),
        "gpus": gpus,
        "cpu_cores": os.cpu_count(),
        "home": str(home.home()),
        "free_disk_gb": round(shutil.disk_usage(existing).free / 1e9, 1),
        "store": tracking.tracking_uri(),
        "store_reachable": reachable,
        "problems": problems,
    }


def versions() -> dict[str, str | None]:
    """The packages that decide what a run gives; None for one that is missing."""
    found = {}
    for package in PACKAGES:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found[package] = None
    return found
