"""The context of a run's stages."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from deploy.budget import Budget
from deploy.bundle.metadata import metadata_bytes
from deploy.devices.device import Device
from deploy.latency.profile import LatencyProfile
from distill.bank.teacher_bank import TeacherBank
from distill.bank.teaching import Teaching
from distill.distillation import Phase
from distill.views.augmentation import Views
from experiments.data.load import DataSet
from experiments.experiment import Experiment
from experiments.hours.timetable import Timetable
from experiments.run.cluster import Cluster
from experiments.run.display import Display
from experiments.run.tracking import Run
from search.journal import Journal
from search.problem import Problem


@dataclass(frozen=True, kw_only=True, eq=False)
class Context:
    """Values that the stages of one launch of a run share."""

    experiment: Experiment
    data: DataSet
    folder: Path
    journal: Journal
    display: Display
    run: Run | None = None
    """The parent run in MLflow; None where nothing is logged."""
    device: Device | None = None
    """Device that latency is measured on; None where it is not measured."""
    workers: int = 1
    """Students that are trained at once."""
    gpus: tuple[str, ...] = ()
    """Names of this machine's GPUs, which workers have in turn."""
    cluster: Cluster | None = None
    """Ray cluster that they are trained on; None is this machine, without Ray."""
    clock: Callable[[], float] = time.monotonic
    """Seconds of work up to now; in a run those of all its launches."""
    timetable: Timetable | None = None
    """Time of the stages; None where the run goes by numbers of epochs."""

    @property
    def parent(self) -> Run:
        """The parent run, for stages that always log."""
        assert self.run is not None, "this context logs nothing"
        return self.run

    @property
    def target(self) -> Device:
        """The device, for stages that always measure."""
        assert self.device is not None, "this context measures nothing"
        return self.device

    @property
    def graph_budget(self) -> Budget:
        """The budget less the bytes of a file's metadata: of a student only the graph is estimated."""
        budget = self.experiment.budget
        if budget.size_bytes is None:
            return budget
        # A limit is above 0, also where it leaves nothing.
        return replace(budget, size_bytes=max(1, budget.size_bytes - metadata_bytes(self.data.labels)))

    def problem(self, profile: LatencyProfile) -> Problem:
        """The problem of searches in this run's space and budget."""
        space, task = self.experiment.space, self.data.task
        return Problem(space=space, task=task, budget=self.graph_budget, profile=profile)

    @property
    def views(self) -> Views:
        """The views of training examples that teacher and students see."""
        return self.experiment.seeded_views

    def nested(self, kind: str, name: str) -> Run:
        """Start an MLflow run nested in the parent."""
        return Run.start(self.parent.client, self.experiment.name, kind, name, parent=self.parent)

    def teaching(self, bank: TeacherBank | None, phase: Phase | None = None) -> Teaching | None:
        """The teacher's part in trainings of the run; None where there is no bank or the phase does without it."""
        distillation = self.experiment.distillation
        if bank is None or (phase is not None and phase not in distillation.stages):
            return None
        return Teaching(bank=bank, distillation=distillation)
