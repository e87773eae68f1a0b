"""The share of an experiment's space that keeps its budget, and the costs of its students, without any training."""

from dataclasses import asdict, dataclass
from typing import Any

from deploy.bundle.metadata import metadata_bytes
from deploy.devices.latency import Provenance
from experiments.data.load import load
from experiments.devices import inventory
from experiments.devices.profiles import experiment_profile
from experiments.experiment import Experiment
from experiments.run.display import Display
from experiments.run.frameworks import quiet_libraries
from search.feasibility import Feasibility, feasibility


@dataclass(frozen=True, kw_only=True)
class Exploration:
    """An experiment's space held against its budget on its device."""

    experiment: Experiment
    device: Provenance
    feasibility: Feasibility

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "experiment": self.experiment.name,
            "device": str(self.device),
            "budget": self.experiment.budget.limits(),
            **asdict(self.feasibility),
        }


def explore(experiment: Experiment) -> Exploration:
    """Calibrate the experiment's device if it was not, and estimate random students of the space."""
    quiet_libraries()
    data = load(experiment.data)
    with Display() as display:
        display.stage("device")
        with inventory.opened(experiment.device, display.say) as device:
            profile = experiment_profile(experiment, data.task, device, display.reach)
    return Exploration(
        experiment=experiment,
        device=profile.provenance,
        feasibility=feasibility(
            experiment.space,
            data.task,
            experiment.budget,
            profile,
            besides_bytes=metadata_bytes(data.labels),
        ),
    )
