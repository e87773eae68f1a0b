"""Latency and energy of a .tflite on a device, as a whole and by operator."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.devices.latency import Latency
from deploy.latency import operator_times
from deploy.latency.energy import MODEL, estimated_energy_uj
from deploy.latency.operator_times import OperatorTimes
from deploy.tflite.operators import Graph
from experiments.devices import inventory
from experiments.files.reading import read_model
from experiments.reports.summary import time_text
from experiments.run.display import Display


@dataclass(frozen=True, kw_only=True)
class Bench:
    """Figures of one file on one device."""

    file: Path
    size_bytes: int
    macs: int
    estimated_energy_uj: float
    """Microjoules of an inference, by a model of the operators."""
    battery_energy_uj: float | None
    """Microjoules of an inference by a phone's battery counters; None where there are none."""
    latency: Latency

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        battery = {} if self.battery_energy_uj is None else {"battery_energy_uj": self.battery_energy_uj}
        return {
            "file": str(self.file),
            "size_bytes": self.size_bytes,
            "macs": self.macs,
            "estimated_energy_uj": self.estimated_energy_uj,
            "energy_model": MODEL,
            **battery,
            **self.latency.to_record(),
        }


def bench(file: Path, device_name: str) -> Bench:
    """Measure a .tflite, whoever made it. Raises `UserError`, `FileRefused` and `DeviceFailed`."""
    content = read_model(file)
    operators = Graph(content).operators()
    with inventory.opened(device_name, inventory.tell) as device:
        latency = device.measure([content])[0]
        battery_energy_uj = device.energy_uj(content)
    return Bench(
        file=file,
        size_bytes=len(content),
        macs=sum(operator.macs for operator in operators),
        estimated_energy_uj=estimated_energy_uj(operators),
        battery_energy_uj=battery_energy_uj,
        latency=latency,
    )


def bench_text(figures: Bench) -> str:
    """The figures for people."""
    latency = figures.latency
    text = (
        f"{figures.file}: {time_text(latency.median_ms)} an inference (rounds differ by "
        f"{time_text(latency.spread_ms)}; first {time_text(latency.first_ms)}, warming up "
        f"{time_text(latency.warm_up_ms)}; {latency.runs:,} runs)\n"
        f"on {latency.provenance}, {latency.date}\n"
        f"{figures.macs:,} MACs, {figures.size_bytes:,} bytes; energy, estimated: {figures.estimated_energy_uj:.3g} µJ "
        f"({MODEL})"
    )
    if figures.battery_energy_uj is not None:
        text += f"\nenergy by the battery's counters, of the whole phone above rest: {figures.battery_energy_uj:.3g} µJ"
    return text


def operator_times_on(model_bytes: bytes, device_name: str) -> OperatorTimes:
    """The times of a file's operators on a device; progress is shown."""
    with Display() as display:
        display.stage("profile")
        with inventory.opened(device_name, display.say) as device:
            return operator_times.time_operators(model_bytes, device, display.reach)
