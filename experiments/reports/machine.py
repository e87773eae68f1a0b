"""Readiness of this machine for a run: versions, settings, GPUs, disk and store."""

import importlib.metadata
import os
import platform
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from experiments.errors import UserError
from experiments.gpus import Gpu, default_workers, described_gpus
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

_DRIVER = Path("/proc/driver/nvidia/gpus")


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A machine as a run would find it."""

    python: str
    versions: dict[str, str | None]
    """By package; None for one that is missing."""
    legacy_keras: str | None
    """TF_USE_LEGACY_KERAS in the environment."""
    gpus: tuple[Gpu, ...] | None
    """Those that a run would use; None where TensorFlow is missing, so that nothing can be said."""
    gpus_of_driver: int
    """GPUs that the NVIDIA driver has, visible or not."""
    cuda_visible_devices: str | None
    gpu_memory_growth: str | None
    """TF_FORCE_GPU_ALLOW_GROWTH."""
    reduced_precision: str | None
    """The 16 bits that a measurement would try beside float32."""
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
        names = {
            "legacy_keras": "TF_USE_LEGACY_KERAS",
            "cuda_visible_devices": "CUDA_VISIBLE_DEVICES",
            "gpu_memory_growth": "TF_FORCE_GPU_ALLOW_GROWTH",
        }
        record = {names.get(name, name): value for name, value in vars(self).items()}
        return {**record, "gpus": None if self.gpus is None else [asdict(gpu) for gpu in self.gpus]}


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
    gpus = reduced = None
    if installed["tensorflow"]:
        quiet_libraries()
        from distill.precision import reduced_precision

        gpus, reduced = described_gpus(), reduced_precision()
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
        gpus_of_driver=len(list(_DRIVER.iterdir())) if _DRIVER.is_dir() else 0,
        cuda_visible_devices=os.environ.get("CUDA_VISIBLE_DEVICES"),
        gpu_memory_growth=os.environ.get("TF_FORCE_GPU_ALLOW_GROWTH"),
        reduced_precision=reduced,
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
        "gpus": _gpus_text(machine),
        "problems": "; ".join(machine.problems) or "none",
    }
    return "\n".join(f"{name:<27}{texts.get(name, value)}" for name, value in machine.to_record().items())


def _gpus_text(machine: Machine) -> str:
    """The GPUs, and their use; or a word why there are none."""
    if machine.gpus:
        workers = default_workers(machine.gpus)
        use = "students train in this process" if workers == 1 else f"{workers} workers train students, one on each"
        return f"{'; '.join(map(str, machine.gpus))} ({use})"
    text = "none seen; training runs on the CPU"
    if not machine.gpus_of_driver:
        return text
    text += f". The NVIDIA driver has {machine.gpus_of_driver}"
    if machine.cuda_visible_devices is None:
        return f"{text}: TensorFlow may lack the CUDA libraries that pip install 'potstill[gpu]' brings"
    return f"{text}, CUDA_VISIBLE_DEVICES is {machine.cuda_visible_devices!r}"
