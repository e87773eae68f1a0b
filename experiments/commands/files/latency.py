"""The commands that measure: a file as a whole, a file by operator, and a device for its profile."""

import json as json_module
from dataclasses import asdict
from pathlib import Path

from experiments.commands.arguments import File, Flag, Name, read_model
from experiments.reports.summary import time_text


def bench(file: File, device: str = "host", json: Flag = False) -> None:
    """Measure the latency of a .tflite on a device, whoever made the file.

    Args:
        file: A .tflite file.
        device: Where to measure: host, chromium-headless, or a device that was added.
        json: Print one JSON object.
    """
    from deploy.latency.energy import MODEL, estimated_energy_uj
    from deploy.tflite.operators import Graph
    from experiments.devices import inventory

    content = read_model(file)
    operators = Graph(content).operators()
    with inventory.opened(device, inventory.tell) as opened:
        latency = opened.measure([content])[0]
        counted = opened.energy_uj(content)
    macs, energy_uj = sum(operator.macs for operator in operators), estimated_energy_uj(operators)
    if json:
        figures = dict(size_bytes=len(content), macs=macs, estimated_energy_uj=energy_uj, energy_model=MODEL)
        figures |= {} if counted is None else {"battery_energy_uj": counted}
        print(json_module.dumps({"file": str(file), **figures, **latency.to_record()}))
        return
    print(
        f"{file}: {time_text(latency.median_ms)} an inference (rounds differ by {time_text(latency.spread_ms)}; first "
        f"{time_text(latency.first_ms)}, warming up {time_text(latency.warm_up_ms)}; {latency.runs:,} runs)\n"
        f"on {latency.provenance}, {latency.date}\n"
        f"{macs:,} MACs, {len(content):,} bytes; energy, estimated: {energy_uj:.3g} µJ ({MODEL})"
    )
    if counted is not None:
        print(f"energy by the battery's counters, of the whole phone above rest: {counted:.3g} µJ")


def profile(file: File, device: str = "host", json: Flag = False) -> None:
    """Show where the time of a .tflite goes, operator by operator.

    Args:
        file: A .tflite file.
        device: Where to measure: host, chromium-headless, or a device that was added.
        json: Print one JSON object.
    """
    from deploy.latency.energy import estimated_energy_uj
    from deploy.latency.operator_times import profile as profile_now
    from experiments.devices import inventory
    from experiments.run.display import Display

    content = read_model(file)
    with Display() as display:
        display.stage("profile")
        with inventory.opened(device, display.say) as opened:
            found = profile_now(content, opened, display.reach)
    if json:
        energy_uj = estimated_energy_uj([part.operator for part in found.operators])
        print(json_module.dumps({"file": str(file), "estimated_energy_uj": energy_uj, **asdict(found)}))
        return
    from experiments.reports.operators import profile_table

    print(profile_table(found), end="")
    print(
        f"{file}: {time_text(found.latency.median_ms)} on {found.latency.provenance}\n"
        f"Roof: {found.roof.macs_per_s / 1e9:,.1f} GMAC/s and {found.roof.bytes_per_s / 1e9:,.1f} GB/s, measured too."
    )


def calibrate(
    device: Name,
    experiment: str = "digits",
    export: Path | None = None,
    again: Flag = False,
    json: Flag = False,
) -> None:
    """Learn what a device's latencies are made of, so that a search can predict them.

    Args:
        device: host, chromium-headless, or a device that was added.
        experiment: Whose space of students to calibrate for: a name or a .py file.
        export: Only write the files to measure into this folder, with a table to fill in, for a device elsewhere.
        again: Measure even where a profile is kept.
        json: Print one JSON object.
    """
    from experiments.commands.catalogue import find
    from experiments.data.load import load
    from experiments.devices import inventory
    from experiments.devices.calibrate import profile_of, told
    from experiments.devices.students_to_measure import export_students
    from experiments.run import home
    from experiments.run.display import Display
    from experiments.run.frameworks import quiet_libraries

    value = find(experiment)
    quiet_libraries()
    data = load(value.data)
    space = dict(
        input_shape=data.train.input_shape,
        classes=data.train.classes,
        size_limit=value.budget.size_bytes or float("inf"),
    )
    if export is not None:
        print(export_students(export, value.space, **space))
        return
    with Display() as display:
        display.stage("device")
        with inventory.opened(device, display.say) as opened:
            found = profile_of(
                opened,
                value.space,
                **space,
                folder=home.home() / "profiles",
                again=again,
                on_step=display.reach,
            )
    path = home.home() / "profiles" / f"{device}-{found.space_key}.json"
    if json:
        figures = {key: value for key, value in asdict(found).items() if key not in ("inverse", "prices_ms", "seen")}
        print(json_module.dumps({"profile": str(path), **figures}))
        return
    print(f"{found.provenance}, {found.date}\n{told(found)}; Spearman {found.spearman:.3f}\nkept in {path}")
