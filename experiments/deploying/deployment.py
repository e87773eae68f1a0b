"""What is to be done with a trained model from elsewhere, and what came of it."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from deploy.compress.ladder import Attempt, Goal
from deploy.proof.prove import Proof
from deploy.surgery.sensitivity import Sensitivity
from experiments.experiment import Experiment


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """What is to be done with a model."""

    model: Path
    experiment: Experiment
    """Whose data, augmentation and recipe are used."""
    goal: Goal
    compressions: tuple[str, ...]
    """What is tried."""
    epochs: int
    """Epochs of training after something was taken out, and as many in int8."""
    representative_examples: int
    """Training examples that importances and the ranges of activations are taken from."""
    input_range: tuple[float, float] | None = None
    trust: bool = False
    allow_float: bool = False

    @property
    def key(self) -> str:
        """Of all that an attempt depends on; goals are not: attempts serve any goal."""
        experiment = json.loads(self.experiment.to_json())
        parts = dict(
            files="with labels inside",
            model=hashlib.sha256(self.model.read_bytes()).hexdigest(),
            experiment={name: experiment[name] for name in ("data", "augmentation", "student", "device", "seed")},
            epochs=self.epochs,
            calibration_examples=self.representative_examples,
            input_range=self.input_range,
        )
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]


@dataclass(frozen=True, kw_only=True, eq=False)
class Deployed:
    """What came of it."""

    proof: Proof
    chosen: Attempt
    attempts: list[Attempt]
    float_accuracy: float
    """Of the model that was given, on validation."""
    sensitivity: tuple[Sensitivity, ...]
    """Of its layers."""
    picture: Path
    """Of the attempts."""
    run_id: str
