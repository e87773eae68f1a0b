"""Files of a space's students, for calibrating a device that is elsewhere."""

import csv
from pathlib import Path

from deploy.devices.table import COLUMNS, SHARED_COLUMNS
from deploy.digests import sha256_of
from deploy.latency.skeleton import skeleton
from experiments.devices.calibrate import to_measure
from search.space import Space
from search.task import Task


def export_students(folder: Path, space: Space, task: Task, *, size_limit: float) -> str:
    """Write the files that calibration measures, and `table.csv` to fill in; returns what to do with them."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    students = to_measure(space, task, size_limit=size_limit)
    for number, layers in enumerate(students):
        model_bytes = skeleton(layers)
        name = f"student{number:03d}.tflite"
        (folder / name).write_bytes(model_bytes)
        rows.append({"file": name, "sha256": sha256_of(model_bytes)})
    with open(folder / "table.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, ["file", *COLUMNS, *SHARED_COLUMNS])
        writer.writeheader()
        writer.writerows(rows)
    return (
        f"{len(rows)} files and table.csv are in {folder}. Measure each file on the device, fill in median_ms, "
        f"{', '.join(SHARED_COLUMNS)}, then: potstill device add NAME --table {folder / 'table.csv'}"
    )
