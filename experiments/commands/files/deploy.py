"""The command `potstill deploy`."""

import json
import math
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from experiments.commands.arguments import File, Flag
from experiments.commands.exit import training
from experiments.errors import UserError

if TYPE_CHECKING:
    from deploy.compress.ladder import Goal
    from experiments.deploying.deployment import Deployment
    from experiments.experiment import Experiment


@dataclass(frozen=True, kw_only=True)
class Deploy:
    """Make the cheapest proven file of a trained model of yours that keeps a goal: no search, no other teacher.

    Compressions are tried one after the other, first each without training, then trained under the model itself, until
    one keeps the drop and every limit. Without limits that is int8. Interrupted, the same command goes on.
    """

    model: File
    """A classifier of images as Keras saved it: .keras or .h5, of Keras 3 too, or a SavedModel folder."""
    data: str
    """Data set that it was trained on: an experiment (a name or a .py file), or data as `potstill run` takes them, such
    as a folder with a folder for each class. Pictures of other sizes are brought to the model's."""
    max_drop: float = 0.5
    """Points of accuracy that the file may lose on validation against the model."""
    max_size_kb: float | None = None
    """Largest file, in kB of 1,000 bytes; None is no limit."""
    max_gzip_kb: float | None = None
    """Largest file after gzip, as it is downloaded; None is no limit."""
    max_latency_ms: float | None = None
    """Slowest file, in milliseconds on the device; None is no limit."""
    compressions: tuple[str, ...] = ()
    """Compressions to try, such as 'int8' 'channels 0.5, clusters 32, int8'; none is those that can help."""
    epochs: int = 10
    """Epochs of training after something was taken out, and as many in int8."""
    calibration_examples: int = 256
    """Training examples that importances and the ranges of activations are taken from."""
    input_range: tuple[float, float] | Literal["imagenet", "caffe"] | None = None
    """Values that the model takes for pixels of 0 and 255, such as 0 1; `imagenet` is 0 to 1 less ImageNet's means,
    over its deviations, `caffe` blue-green-red less the means. None tells them apart on training examples."""
    input_mean: tuple[float, ...] = ()
    """Means of the channels, with --input-std, where pixels are standardized: of pixels from 0 to 1, or to 255."""
    input_std: tuple[float, ...] = ()
    """Deviations of the channels."""
    expected_accuracy: float | None = None
    """Accuracy of the model as you know it, such as 0.93; a model that is less accurate here is refused."""
    device: str = "host"
    """Device that latency is measured on."""
    trust: Flag = False
    """Load a file that would run its author's code."""
    license: str = "unknown"
    """Licence of the file, as the Hugging Face hub names it, such as apache-2.0."""
    output: Path = Path("deployed")
    """Folder that the bundle is written to."""
    json: Flag = False
    """Print one JSON object."""

    def run(self) -> None:
        """Write the bundle and print the attempts; exits with 1 where the file failed its proof."""
        from deploy.packing.folder import require_free

        goal = self._goal()
        self._require_sound()
        require_free(self.output)
        with training("Attempts that were finished are kept") as display:
            from experiments.deploying.deploy import deploy
            from experiments.deploying.deployment import deployed_text

            deployed = deploy(self._deployment(goal), self.output, display)
        if self.json:
            output = str(self.output) if deployed.proof.passed else None
            print(json.dumps({"output": output, **deployed.to_record()}))
        else:
            print(deployed_text(deployed, self.output))
        if not deployed.proof.passed:
            sys.exit(1)

    def _require_sound(self) -> None:
        """Raise `UserError` for options that are out of range."""
        from deploy.compress.compression import parsed

        for text in self.compressions:
            try:
                parsed(text)
            except ValueError as error:
                raise UserError(f"--compressions: {error}") from error
        if self.epochs < 1:
            raise UserError(f"--epochs is {self.epochs}: it must be 1 or more")
        if self.calibration_examples < 1:
            raise UserError(
                f"--calibration-examples is {self.calibration_examples}: it must be 1 or more, better 100 or more"
            )
        self._require_sound_scaling()

    def _require_sound_scaling(self) -> None:
        """Raise `UserError` for a scaling of pixels that is none."""
        if self.expected_accuracy is not None and not 0 < self.expected_accuracy <= 1:
            raise UserError(f"--expected-accuracy is {self.expected_accuracy}: it must be a share, such as 0.93")
        if self.input_range is not None and (self.input_mean or self.input_std):
            raise UserError("--input-range and --input-mean are given: leave one of them out")
        if bool(self.input_mean) != bool(self.input_std):
            raise UserError("--input-mean and --input-std go together: give both")
        if not isinstance(self.input_range, str) and self.input_range is not None:
            low, high = self.input_range
            if not (math.isfinite(low) and math.isfinite(high) and low != high):
                raise UserError(f"--input-range is {low:g} {high:g}: it must be two different numbers, such as 0 1")
        if not all(map(math.isfinite, self.input_mean)) or not all(0 < std < math.inf for std in self.input_std):
            raise UserError(
                f"--input-mean is {self.input_mean} and --input-std {self.input_std}: these must be numbers, the "
                "deviations above 0"
            )

    def _goal(self) -> "Goal":
        """The limits as one value. Raises `UserError` for a limit that is out of range."""
        from deploy.budget import Budget
        from deploy.compress.ladder import Goal

        size_kb, gzip_kb, latency_ms = self.max_size_kb, self.max_gzip_kb, self.max_latency_ms
        limits = {"--max-size-kb": size_kb, "--max-gzip-kb": gzip_kb, "--max-latency-ms": latency_ms}
        for flag, limit in limits.items():
            if limit is not None and not 0 < limit < float("inf"):
                raise UserError(f"{flag} is {limit}: it must be a number above 0; leave it out for no limit")
        if not -100 <= self.max_drop <= 100:
            raise UserError(
                f"--max-drop is {self.max_drop}: it must be points of accuracy, from -100 to 100, such as 0.5"
            )
        budget = Budget(latency_ms=latency_ms, size_bytes=None if size_kb is None else int(1e3 * size_kb))
        gzip_bytes = None if gzip_kb is None else int(1e3 * gzip_kb)
        return Goal(max_drop=self.max_drop, budget=budget, gzip_bytes=gzip_bytes)

    def _deployment(self, goal: "Goal") -> "Deployment":
        from experiments.deploying.deployment import Deployment

        return Deployment(
            model=self.model,
            experiment=replace(self._experiment(), device=self.device, license=self.license),
            goal=goal,
            compressions=self.compressions,
            epochs=self.epochs,
            representative_examples=self.calibration_examples,
            input_range=self.input_range,
            input_mean=self.input_mean,
            input_std=self.input_std,
            expected_accuracy=self.expected_accuracy,
            trust=self.trust,
        )

    def _experiment(self) -> "Experiment":
        """The experiment whose data and recipe are used; of other data it has their usual splits, as a run has them."""
        from experiments.commands.catalogue import descriptions, find
        from experiments.experiment import Experiment

        experiment = find(self.data)
        if self.data in descriptions() or self.data.endswith(".py"):
            return experiment
        return Experiment(name=experiment.name, data=experiment.data)
