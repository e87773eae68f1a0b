"""Proven files of an experiment, read from MLflow: their figures, and their bundles as artifacts."""

import re
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mlflow.entities import Run
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient

from deploy.cost import Source
from experiments.errors import UserError
from experiments.run.tracking import BUNDLE, DEVICE, KIND


@dataclass(frozen=True, kw_only=True)
class ProvenFile:
    """Figures of a finalist's file that passed its proof."""

    accuracy: float
    """On the test split."""
    validation_accuracy: float
    size_bytes: int
    gzip_bytes: int
    """The download; of files of early versions, which did not log it, the whole size."""
    latency_ms: float
    latency_source: Source
    """A file that its device could not measure has only the prediction."""
    device: str
    """Name of the device that the latency is of."""
    sha256: str
    run_id: str
    trial: str

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)

    @classmethod
    def of(cls, run: Run) -> "ProvenFile":
        """The file of a finalist's MLflow run."""
        metrics, tags = run.data.metrics, run.data.tags
        device, source = _device(metrics, tags)
        return cls(
            accuracy=metrics["file_test_accuracy"],
            validation_accuracy=metrics["file_validation_accuracy"],
            size_bytes=int(metrics["measured_size_bytes"]),
            gzip_bytes=int(metrics.get("gzip_bytes", metrics["measured_size_bytes"])),
            latency_ms=metrics[f"{source}_{device}_latency_ms"],
            latency_source=source,
            device=device,
            sha256=tags["potstill.sha256"],
            run_id=run.info.run_id,
            trial=tags["potstill.trial"],
        )


def proven_files(client: MlflowClient, experiment: str) -> list[ProvenFile]:
    """The files of all proven finalists of an experiment, whatever run they are from."""
    entity = client.get_experiment_by_name(experiment)
    if entity is None:
        return []
    proven = f"tags.`{KIND}` = 'finalist' and tags.`potstill.proven` = 'true' and attributes.status = 'FINISHED'"
    return [ProvenFile.of(run) for run in client.search_runs([entity.experiment_id], proven, max_results=5000)]


def download_bundle(client: MlflowClient, run_id: str) -> Path:
    """Fetch a finalist's bundle into a new temporary folder."""
    try:
        return Path(client.download_artifacts(run_id, BUNDLE, tempfile.mkdtemp(prefix="potstill-")))
    except (MlflowException, OSError) as error:
        raise UserError(
            f"the bundle of run {run_id} cannot be fetched ({error}); its artifacts may have been deleted"
        ) from error


def _device(metrics: dict[str, float], tags: dict[str, str]) -> tuple[str, Source]:
    """The device that a latency was logged of, and its source: a measurement, where there is one."""
    sources: tuple[Source, ...] = ("measured", "estimated")
    for source in sources:
        if f"{source}_{tags.get(DEVICE)}_latency_ms" in metrics:
            return tags[DEVICE], source
    # Earlier versions logged no device's name but in the name of the metric.
    for source in sources:
        for name in metrics:
            if match := re.fullmatch(rf"{source}_(.+)_latency_ms", name):
                return match[1], source
    raise AssertionError(f"a proven file has a latency; this one has {', '.join(metrics)}")
