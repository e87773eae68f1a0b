"""Settings and result of deploying a user's trained model."""

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
    """Settings: the model, its data, and the goal of its file."""

    model: Path
    experiment: Experiment
    """Whose data, augmentation and recipe are used."""
    goal: Goal
    compressions: tuple[str, ...]
    """Compressions to try; empty is what can help."""
    epochs: int
    """Epochs of training after something was taken out, and as many in int8."""
    representative_examples: int
    """Training examples that importances and the ranges of activations are taken from."""
    input_range: tuple[float, float] | None = None
    trust: bool = False
    allow_float: bool = False

    @property
    def key(self) -> str:
        """Hash of all that an attempt depends on; the goal is left out, since attempts serve any goal."""
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
    """Result: the file's proof, and the attempts that led to it."""

    proof: Proof
    chosen: Attempt
    attempts: list[Attempt]
    float_accuracy: float
    """Validation accuracy of the float model."""
    sensitivity: tuple[Sensitivity, ...]
    """Of the float model's layers."""
    picture: Path
    """Of the attempts."""
    run_id: str
