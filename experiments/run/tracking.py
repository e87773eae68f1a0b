"""MLflow runs: the store, and writing parameters, metrics, tags and artifacts to a tree of runs."""

import contextlib
import json
import os
import time
from pathlib import Path
from typing import Any

import filelock
import mlflow
from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param, RunTag
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient

from deploy.cost import CostReport
from experiments.errors import UserError
from experiments.run import home

KIND = "potstill.kind"
"""Tag with the kind of a run: experiment, teacher, trial, finalist or deployed."""
DEVICE = "potstill.device"
"""Tag with the name of the device that a run's latencies are of."""
PARENT = "mlflow.parentRunId"
BUNDLE = "bundle"
"""Artifact folder of a finalist's bundle."""
_SECONDS_BETWEEN_EPOCHS = 0.5
_MANY_METRICS = 900
"""MLflow takes at most 1,000 in a call."""


def tracking_uri() -> str:
    """The server in MLFLOW_TRACKING_URI, else Potstill's own store: sqlite in one fixed place."""
    return os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{home.home() / 'mlflow.db'}"


def connect() -> MlflowClient:
    """A client of the store, whose schema is created if it is new. Raises `UserError` where it cannot be reached."""
    uri = tracking_uri()
    if uri.startswith("http"):
        # MLflow's own default retries a dead server for minutes.
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
    else:
        home.require_room(home.home())
    mlflow.set_tracking_uri(uri)
    try:
        # Processes that make a fresh sqlite schema at once would destroy each other's.
        with contextlib.nullcontext() if uri.startswith("http") else filelock.FileLock(home.home() / "mlflow.lock"):
            client = MlflowClient(uri)
            client.search_experiments(max_results=1)
    except (MlflowException, OSError) as error:
        raise UserError(
            f"the MLflow store {uri} does not answer ({str(error).splitlines()[0][:200]}); "
            "start it, or unset MLFLOW_TRACKING_URI to use Potstill's own store"
        ) from error
    return client


class Run:
    """One MLflow run, written to through a client, never through MLflow's global state."""

    def __init__(self, client: MlflowClient, run_id: str):
        self.client, self.id = client, run_id
        self._epochs: list[Metric] = []
        self._sent = -_SECONDS_BETWEEN_EPOCHS

    @classmethod
    def start(cls, client: MlflowClient, experiment: str, kind: str, name: str, parent: "Run | None" = None) -> "Run":
        """Start a run in the MLflow experiment of that name, nested in `parent` if there is one."""
        tags = {KIND: kind, "mlflow.runName": name}
        if parent is not None:
            tags[PARENT] = parent.id
        return cls(client, client.create_run(_experiment_id(client, experiment), run_name=name, tags=tags).info.run_id)

    def log(
        self,
        *,
        params: dict[str, Any] | None = None,
        tags: dict[str, str] | None = None,
        metrics: dict[str, float] | None = None,
        cost: CostReport | None = None,
    ) -> None:
        """Add parameters, tags and metrics; a cost's figures are metrics, and its device a tag."""
        self._send_epochs()
        if cost is not None:
            metrics = {**cost.named_figures(), **(metrics or {})}
            tags = {DEVICE: cost.device, **(tags or {})}
        settings = [Param(key, str(value)[:6000]) for key, value in (params or {}).items()]
        # MLflow takes at most 100 in a call.
        for start in range(100, len(settings), 100):
            self.client.log_batch(self.id, params=settings[start : start + 100])
        self.client.log_batch(
            self.id,
            metrics=_metrics(metrics or {}, step=0),
            params=settings[:100],
            tags=[RunTag(key, str(value)[:5000]) for key, value in (tags or {}).items()],
        )

    def log_epoch(self, epoch: int, metrics: dict[str, float]) -> None:
        """Add an epoch's metrics; those of several are sent at once, since small students train faster than that."""
        self._epochs += _metrics(metrics, step=epoch)
        if time.monotonic() - self._sent >= _SECONDS_BETWEEN_EPOCHS or len(self._epochs) > _MANY_METRICS:
            self._send_epochs()

    def _send_epochs(self) -> None:
        if self._epochs:
            metrics, self._epochs, self._sent = self._epochs, [], time.monotonic()
            self.client.log_batch(self.id, metrics=metrics)

    def log_text(self, text: str, file: str) -> None:
        """Log a text as an artifact."""
        self.client.log_text(self.id, text, file)

    def log_file(self, path: Path, folder: str | None = None) -> None:
        """Log a file, or all files of a folder, as artifacts."""
        if path.is_dir():
            self.client.log_artifacts(self.id, str(path), folder)
        else:
            self.client.log_artifact(self.id, str(path), folder)

    def log_data(self, name: str, digest: str, examples: int) -> None:
        """Log the data set that the run is trained on. MLflow shows the first 36 characters of the digest."""
        dataset = Dataset(name, digest[:36], "tensorflow_datasets", name, profile=json.dumps({"examples": examples}))
        self.client.log_inputs(self.id, [DatasetInput(dataset, [InputTag("mlflow.data.context", "training")])])

    def end(self, status: str = "FINISHED") -> None:
        """End the run: FINISHED, FAILED or KILLED."""
        self._send_epochs()
        self.client.set_terminated(self.id, status)


def _metrics(values: dict[str, float], step: int) -> list[Metric]:
    now = int(time.time() * 1000)
    return [Metric(name, float(value), now, step) for name, value in values.items()]


def flat(values: dict, prefix: str = "") -> dict:
    """Nested settings as one level with dotted names."""
    named = {}
    for key, value in values.items():
        if isinstance(value, dict):
            named |= flat(value, f"{prefix}{key}.")
        else:
            named[f"{prefix}{key}"] = value
    return named


def _experiment_id(client: MlflowClient, name: str) -> str:
    experiment = client.get_experiment_by_name(name)
    if experiment is not None:
        return experiment.experiment_id
    artifacts = None if tracking_uri().startswith("http") else (home.home() / "artifacts" / name).as_uri()
    # Without the tag the MLflow UI greets its visitor as a developer of chat models.
    return client.create_experiment(
        name, artifact_location=artifacts, tags={"mlflow.experimentKind": "custom_model_development"}
    )
