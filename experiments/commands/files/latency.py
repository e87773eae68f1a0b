"""The commands that measure: `potstill bench`, `profile` and `calibrate`."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from experiments.commands.arguments import File, Flag, Name


@dataclass(frozen=True, kw_only=True)
class Bench:
    """Measure the latency of a .tflite on a device, whoever made the file."""

    file: File
    """A .tflite file."""
    device: str = "host"
    """Device to measure on: host, chromium-headless, or one that was added."""
    json: Flag = False
    """Print one JSON object."""

    def run(self) -> None:
        """Print latency and energy."""
        from experiments.files.bench import bench, bench_text

        figures = bench(self.file, self.device)
        print(json.dumps(figures.to_record()) if self.json else bench_text(figures))


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Show where the time of a .tflite goes, operator by operator."""

    file: File
    """A .tflite file."""
    device: str = "host"
    """Device to measure on: host, chromium-headless, or one that was added."""
    json: Flag = False
    """Print one JSON object."""

    def run(self) -> None:
        """Print a row for each operator."""
        from deploy.latency.energy import estimated_energy_uj
        from experiments.files.bench import profile
        from experiments.files.reading import read_model
        from experiments.reports.operators import profile_text

        times = profile(read_model(self.file), self.device)
        if self.json:
            energy_uj = estimated_energy_uj([part.operator for part in times.operators])
            print(json.dumps({"file": str(self.file), "estimated_energy_uj": energy_uj, **asdict(times)}))
        else:
            print(profile_text(self.file, times))


@dataclass(frozen=True, kw_only=True)
class Calibrate:
    """Learn what a device's latencies are made of, so that a search can predict them."""

    device: Name
    """host, chromium-headless, or a device that was added."""
    experiment: str = "digits"
    """Experiment whose space of students to calibrate for: a name or a .py file."""
    export: Path | None = None
    """Only write the files to measure into this folder, with a table to fill in, for a device elsewhere."""
    again: Flag = False
    """Measure even where a profile is kept."""
    json: Flag = False
    """Print one JSON object."""

    def run(self) -> None:
        """Print the quality of the profile, or what to do with the files."""
        from experiments.commands.catalogue import find
        from experiments.data.load import load
        from experiments.devices import inventory
        from experiments.devices.calibrate import profile_of, profile_text
        from experiments.devices.students_to_measure import export_students
        from experiments.run import home
        from experiments.run.display import Display
        from experiments.run.frameworks import quiet_libraries

        experiment = find(self.experiment)
        quiet_libraries()
        students = load(experiment.data).train
        size_limit = experiment.budget.size_bytes or float("inf")
        if self.export is not None:
            print(
                export_students(
                    self.export,
                    experiment.space,
                    input_shape=students.input_shape,
                    classes=students.classes,
                    size_limit=size_limit,
                )
            )
            return
        folder = home.home() / "profiles"
        with Display() as display:
            display.stage("device")
            with inventory.opened(self.device, display.say) as device:
                profile = profile_of(
                    device,
                    experiment.space,
                    input_shape=students.input_shape,
                    classes=students.classes,
                    size_limit=size_limit,
                    folder=folder,
                    again=self.again,
                    on_step=display.reach,
                )
        path = folder / f"{self.device}-{profile.space_key}.json"
        if self.json:
            figures = {
                name: value for name, value in asdict(profile).items() if name not in ("inverse", "prices_ms", "seen")
            }
            print(json.dumps({"profile": str(path), **figures}))
            return
        print(
            f"{profile.provenance}, {profile.date}\n{profile_text(profile)}; Spearman {profile.spearman:.3f}\n"
            f"kept in {path}"
        )
