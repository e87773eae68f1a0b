"""What the stages of a run share."""

from dataclasses import dataclass, replace
from pathlib import Path

from mlflow.tracking import MlflowClient

from deploy.budget import Budget
from deploy.bundle.metadata import metadata_bytes
from deploy.devices.device import Device
from distill.bank import TeacherBank
from distill.distillation import Stage
from experiments.data.load import DataSet
from experiments.experiment import Experiment
from experiments.run.cluster import Cluster
from experiments.run.display import Display
from experiments.run.tracking import Run
from search.journal import Journal


@dataclass(frozen=True, kw_only=True, eq=False)
class Context:
    """One launch of one run."""

    experiment: Experiment
    data: DataSet
    folder: Path
    journal: Journal
    display: Display
    client: MlflowClient | None = None
    run: Run | None = None
    """The parent run in MLflow; None, as the client, where nothing is logged."""
    device: Device | None = None
    """Where latency is measured; None where it is not."""
    workers: int = 1
    """Students that are trained at once."""
    cluster: Cluster | None = None
    """Where they are trained; None is this machine, without Ray."""

    @property
    def graph_budget(self) -> Budget:
        """What the budget leaves to a student, of which only the graph is estimated: its file has the labels too."""
        budget = self.experiment.budget
        if budget.size_bytes is None:
            return budget
        # A limit is above 0, also where it leaves nothing.
        return replace(budget, size_bytes=max(1, budget.size_bytes - metadata_bytes(self.data.labels)))

    def nested(self, kind: str, name: str) -> Run:
        """A new MLflow run below the parent."""
        return Run.start(self.client, self.experiment.name, kind, name, parent=self.run)

    def training(self, bank: TeacherBank | None, stage: Stage | None = None) -> dict:
        """The arguments that every training of the run shares; the bank is left out where the stage goes without."""
        if stage is not None and stage not in self.experiment.distillation.stages:
            bank = None
        return dict(
            augmentation=self.experiment.augmentation,
            views=self.experiment.views,
            seed=self.experiment.seed,
            validation=self.data.validation,
            bank=bank,
            distillation=self.experiment.distillation,
        )
