"""Readiness of this machine for a run: versions, settings, GPUs, disk and store."""

import importlib.metadata
import os
import platform
import shutil
from dataclasses import dataclass
from typing import Any

from experiments.errors import UserError
from experiments.run import home, tracking
from experiments.run.frameworks import quiet_libraries, require_legacy_keras

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


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A machine as a run would find it."""

    python: str
    versions: dict[str, str | None]
    """By package; None for one that is missing."""
    legacy_keras: str | None
    """TF_USE_LEGACY_KERAS in the environment."""
    gpus: tuple[str, ...] | None
    """None where TensorFlow is missing, so that nothing can be said."""
    cpu_cores: int | None
    home: str
    free_disk_gb: float
    store: str
    """Address of the MLflow store."""
    store_reachable: bool
    problems: tuple[str, ...]
    """Reasons that would stop a run."""

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        names = {"legacy_keras": "TF_USE_LEGACY_KERAS"}
        return {names.get(name, name): value for name, value in vars(self).items()}


def examine() -> Machine:
    """This machine now."""
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

        gpus = tuple(device.name for device in tf.config.list_physical_devices("GPU"))
    try:
        tracking.connect()
        reachable = True
    except UserError as error:
        reachable = False
        problems.append(str(error))
    existing = next(path for path in (home.home(), *home.home().parents) if path.exists())
    return Machine(
        python=platform.python_version(),
        versions=installed,
        legacy_keras=os.environ.get("TF_USE_LEGACY_KERAS"),
        gpus=gpus,
        cpu_cores=os.cpu_count(),
        home=str(home.home()),
        free_disk_gb=round(shutil.disk_usage(existing).free / 1e9, 1),
        store=tracking.tracking_uri(),
        store_reachable=reachable,
        problems=tuple(problems),
    )


def versions() -> dict[str, str | None]:
    """The packages that decide a run's results; None for one that is missing."""
    installed = {}
    for package in PACKAGES:
        try:
            installed[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            installed[package] = None
    return installed


def machine_text(machine: Machine) -> str:
    """A line for each figure."""
    texts = {
        "versions": ", ".join(f"{package} {version or 'missing'}" for package, version in machine.versions.items()),
        "gpus": ", ".join(machine.gpus or ()) or "none seen; training runs on the CPU",
        "problems": "; ".join(machine.problems) or "none",
    }
    return "\n".join(f"{name:<22}{texts.get(name, value)}" for name, value in machine.to_record().items())
