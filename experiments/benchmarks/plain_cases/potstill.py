"""Potstill's own arm: the command, in an empty home, so that calibration, teacher and bank take their time too."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from experiments.experiment import Experiment


def potstill_file(experiment: Experiment, home: Path) -> tuple[dict[str, Any], bytes]:
    """Run `potstill run --hours` in a home of its own; launched again it goes on."""
    command = [sys.executable, "-m", "experiments.cli"]
    options = ["--hours", str(experiment.hours), "--seed", str(experiment.seed), "--json"]
    options += ["--budget.size-bytes", str(experiment.budget.size_bytes)]
    options += ["--budget.latency-ms", str(experiment.budget.latency_ms)]
    environment = {**os.environ, "POTSTILL_HOME": str(home)}
    environment.pop("MLFLOW_TRACKING_URI", None)
    ended = subprocess.run(
        [*command, "run", experiment.name, *options], env=environment, stdout=subprocess.PIPE, check=True
    )
    outcome = json.loads(ended.stdout)
    winner = outcome["winner"]
    model = Path(outcome["folder"], "finalists", winner["name"], "model.tflite")
    record = dict(validation_accuracy=winner["validation_accuracy"], winner=winner)
    return record, model.read_bytes()
