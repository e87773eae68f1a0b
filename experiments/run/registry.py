"""MLflow's model registry: an experiment's registered model, its versions and its champion."""

import contextlib
import importlib.metadata
import io
import warnings
from pathlib import Path

import mlflow
import numpy as np
from mlflow.exceptions import MlflowException
from mlflow.models import ModelSignature
from mlflow.tracking import MlflowClient
from mlflow.types import Schema, TensorSpec

from experiments.run.context import Context
from experiments.run.outcome import Finalist, bundle_folder
from experiments.run.tracking import DEVICE, Run
from search.task import Task


def register(run: Run, name: str, bundle: Path, *, task: Task, tags: dict[str, str]) -> None:
    """Log a bundle's file as a model of its run and register it as a new version.

    The version becomes champion unless an earlier champion is more accurate on validation; the tag validation_accuracy
    is what they are compared by.
    """
    client = run.client
    inputs = Schema([TensorSpec(np.dtype("uint8"), (-1, *task.input_shape))])
    outputs = Schema([TensorSpec(np.dtype("float32"), (-1, task.classes))])
    # MLflow tells on both streams what the display tells anyway.
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
        mlflow.start_run(run_id=run.id),
    ):
        warnings.simplefilter("ignore")
        info = mlflow.pyfunc.log_model(
            name="model",
            python_model=str(Path(__file__).with_name("registered_model.py")),
            artifacts={"bundle": str(bundle)},
            signature=ModelSignature(inputs=inputs, outputs=outputs),
            pip_requirements=[
                f"{package}=={importlib.metadata.version(package)}" for package in ("ai-edge-litert", "numpy", "mlflow")
            ],
            registered_model_name=name,
        )
    version = str(info.registered_model_version)
    for key, value in tags.items():
        client.set_model_version_tag(name, version, key, value)
    earlier = champion(client, name)
    if earlier is None or float(earlier.tags["validation_accuracy"]) <= float(tags["validation_accuracy"]):
        client.set_registered_model_alias(name, "champion", version)


def register_winner(context: Context, winner: Finalist, *, trials: int, front: int, note: str) -> None:
    """Register a run's winner, and log its figures on the run's page.

    Args:
        trials: students that were trained.
        front: trials on the Pareto front.
        note: the finalists in Markdown.
    """
    register(
        Run(context.parent.client, winner.run_id),
        context.experiment.name,
        bundle_folder(context.folder, winner.name),
        task=context.data.task,
        tags={
            "validation_accuracy": str(winner.validation_accuracy),
            "sha256": winner.sha256,
            "size_bytes": str(winner.size_bytes),
            "latency_ms": str(winner.latency_ms),
            "device": winner.device,
        },
    )
    context.parent.log(
        metrics={
            "trials": trials,
            "front": front,
            "winner_file_validation_accuracy": winner.validation_accuracy,
            "winner_file_test_accuracy": winner.test_accuracy,
            "winner_measured_size_bytes": winner.size_bytes,
            f"winner_measured_{winner.device}_latency_ms": winner.latency_ms,
        },
        tags={"potstill.winner": winner.run_id, DEVICE: winner.device, "mlflow.note.content": note},
    )


def champion(client: MlflowClient, name: str):
    """The model version with the alias champion, or None."""
    try:
        return client.get_model_version_by_alias(name, "champion")
    except MlflowException:
        return None
