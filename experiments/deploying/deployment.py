"""Settings and result of deploying a user's trained model."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from deploy.compress.ladder import Attempt, Goal
from deploy.digests import digest_of_path, key_of
from deploy.proof.prove import Proof
from deploy.surgery.input_scaling import Scaling
from deploy.surgery.sensitivity import Sensitivity
from distill.brought.teacher_input import InputRange, range_text
from experiments.deploying.input_range import scaling_of, standardizing
from experiments.errors import UserError
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
    input_range: InputRange | None = None
    """Of the model's pixels; None tells the usual ones apart on training examples."""
    input_mean: tuple[float, ...] = ()
    """With `input_std`, instead of a range: by channel, of pixels from 0 to 255, or from 0 to 1."""
    input_std: tuple[float, ...] = ()
    expected_accuracy: float | None = None
    """Of the float model."""
    trust: bool = False

    @property
    def key(self) -> str:
        """Hash of all that an attempt depends on; the goal is left out, since attempts serve any goal."""
        experiment = json.loads(self.experiment.to_json())
        parts = dict(
            files="with labels inside",
            model=digest_of_path(self.model),
            experiment={name: experiment[name] for name in ("data", "augmentation", "student", "device", "seed")},
            epochs=self.epochs,
            calibration_examples=self.representative_examples,
            input_range=self.input_range,
            input_mean=self.input_mean,
            input_std=self.input_std,
        )
        return key_of(parts, digits=12)

    def taking(self, input_shape: tuple[int | None, ...]) -> "Deployment":
        """The same with pictures as a model takes them, as far as its input says: (height, width), and channels."""
        height, width, *channels = input_shape if len(input_shape) in (2, 3) else (None, None, None)
        data = self.experiment.data
        if height is not None and width is not None:
            data = replace(data, image_size=(height, width))
        if channels in ([], [1], [3]):
            data = replace(data, channels=channels[0] if channels else 1)
        return replace(self, experiment=replace(self.experiment, data=data))

    def scaling(self, channels: int) -> tuple[str, Scaling] | None:
        """The scaling of pixels that is stated, with its name; None where none is.

        Raises:
            UserError: statistics of another number of channels.
        """
        if self.input_range is not None:
            if isinstance(self.input_range, str) and channels != 3:
                raise UserError(f"--input-range is {self.input_range}, of 3 channels, and the data set has {channels}")
            return range_text(self.input_range), scaling_of(self.input_range, channels)
        if not self.input_mean:
            return None
        if {len(self.input_mean), len(self.input_std)} != {channels}:
            raise UserError(
                f"--input-mean has {len(self.input_mean)} numbers and --input-std {len(self.input_std)}: each must "
                f"have {channels}, one for each channel of the data set"
            )
        return "mean and std", standardizing(self.input_mean, self.input_std)


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
