"""Latency profiles of experiments' spaces on the user's devices, kept in the user's home."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from deploy.devices.device import Device, OnStep
from deploy.latency.profile import LatencyProfile
from experiments.data.load import load
from experiments.devices import inventory
from experiments.devices.calibrate import profile_of, profile_text
from experiments.devices.students_to_measure import export_students
from experiments.experiment import Experiment
from experiments.run import home
from experiments.run.display import Display
from experiments.run.frameworks import quiet_libraries
from search.task import Task


@dataclass(frozen=True, kw_only=True)
class StoredProfile:
    """A profile and the file that keeps it."""

    profile: LatencyProfile
    path: Path

    def to_record(self) -> dict[str, Any]:
        """As JSON values, without the fit itself."""
        fit = ("inverse", "prices_ms", "seen")
        return {
            "profile": str(self.path),
            **{name: value for name, value in asdict(self.profile).items() if name not in fit},
        }

    def __str__(self) -> str:
        profile = self.profile
        return (
            f"{profile.provenance}, {profile.date}\n{profile_text(profile)}; Spearman {profile.spearman:.3f}\n"
            f"kept in {self.path}"
        )


def experiment_profile(
    experiment: Experiment, task: Task, device: Device, on_step: OnStep, *, again: bool = False
) -> LatencyProfile:
    """The profile of a device for an experiment's space, measured if there is none.

    Args:
        again: measure even where a profile is kept.
    """
    return profile_of(
        device,
        experiment.space,
        task,
        size_limit=_size_limit(experiment),
        folder=_folder(),
        again=again,
        on_step=on_step,
    )


def calibrate(experiment: Experiment, device_name: str, *, again: bool) -> StoredProfile:
    """Measure a device for an experiment's space; `again` even where a profile is kept."""
    quiet_libraries()
    task = load(experiment.data).task
    with Display() as display:
        display.stage("device")
        with inventory.opened(device_name, display.say) as device:
            profile = experiment_profile(experiment, task, device, display.reach, again=again)
    return StoredProfile(profile=profile, path=_folder() / f"{device_name}-{profile.space_key}.json")


def export(experiment: Experiment, folder: Path) -> str:
    """Write the files that a calibration measures, for a device elsewhere; returns the next steps in words."""
    quiet_libraries()
    task = load(experiment.data).task
    return export_students(
        folder,
        experiment.space,
        task,
        size_limit=_size_limit(experiment),
    )


def _folder() -> Path:
    return home.home() / "profiles"


def _size_limit(experiment: Experiment) -> float:
    """Bytes of the largest student to measure."""
    return experiment.budget.size_bytes or float("inf")
