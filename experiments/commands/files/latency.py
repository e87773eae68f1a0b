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
        from experiments.files.bench import operator_times_on
        from experiments.files.reading import read_model
        from experiments.reports.operators import operators_text

        times = operator_times_on(read_model(self.file), self.device)
        if self.json:
            energy_uj = estimated_energy_uj([part.operator for part in times.operators])
            print(json.dumps({"file": str(self.file), "estimated_energy_uj": energy_uj, **asdict(times)}))
        else:
            print(operators_text(self.file, times))


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
        """Print the quality of the profile, or the next steps with the files."""
        from experiments.commands.catalogue import find
        from experiments.devices import profiles

        experiment = find(self.experiment)
        if self.export is not None:
            print(profiles.export(experiment, self.export))
            return
        result = profiles.calibrate(experiment, self.device, again=self.again)
        print(json.dumps(result.to_record()) if self.json else result)
