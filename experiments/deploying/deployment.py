"""Settings and result of deploying a user's trained model."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from deploy.compress.ladder import Attempt, Goal
from deploy.digests import key_of, sha256_of
from deploy.proof.prove import Proof
from deploy.surgery.sensitivity import Sensitivity
from experiments.experiment import Experiment
from experiments.reports.compression import attempts_table, proof_text


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
            model=sha256_of(self.model.read_bytes()),
            experiment={name: experiment[name] for name in ("data", "augmentation", "student", "device", "seed")},
            epochs=self.epochs,
            calibration_examples=self.representative_examples,
            input_range=self.input_range,
        )
        return key_of(parts, digits=12)


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

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "compression": self.chosen.compression,
            "float_validation_accuracy": self.float_accuracy,
            "validation_accuracy": self.chosen.validation_accuracy,
            "drop": self.chosen.drop,
            "attempts": [attempt.to_record() for attempt in self.attempts],
            "proof": self.proof.to_record(),
            "sensitivity": [asdict(layer) for layer in self.sensitivity],
            "picture": str(self.picture),
            "run_id": self.run_id,
        }


def deployed_text(deployed: Deployed, output: Path) -> str:
    """The attempts, the proof and the bundle's place, for people."""
    proof, chosen, first = deployed.proof, deployed.chosen, deployed.sensitivity[0]
    end = (
        f"\n{output}/model.tflite: {chosen.compression}, {proof.size_bytes:,} bytes"
        if proof.passed
        else "\nnothing was written: the file failed its proof. Raise --max-drop or a limit, train longer with "
        "--epochs, or name other --compressions"
    )
    sensitive = (
        f"\n  most sensitive layer: {first.layer}, {first.zeros_db:.1f} dB with half of its weights at zero, "
        f"{first.int8_db:.1f} dB in int8\n  all attempts in a picture: {deployed.picture}"
    )
    return attempts_table(deployed.attempts, chosen) + proof_text(proof) + sensitive + end
