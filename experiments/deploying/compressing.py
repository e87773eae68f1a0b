"""Compressing a trained model until its file meets a goal; each attempt is measured, and kept for later launches."""

import gzip
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import tf_keras

from deploy.compress.compression import Compression, parsed
from deploy.compress.ladder import LADDER, Attempt, Goal, climb, worthwhile
from deploy.compress.steps import Representative, Training, compress
from deploy.compress.temperature import with_temperature
from deploy.cost import CostReport
from deploy.devices.device import Device
from deploy.proof.accuracy import file_accuracy
from deploy.proof.confidence import fitted_temperature
from deploy.proof.evidence import Evidence
from deploy.proof.layer_noise import layer_noise
from deploy.proof.parity import parity
from deploy.surgery.flat import ModelRefused
from deploy.tflite import model_io, runtime
from deploy.tflite.operators import Graph
from distill.divergence import TrainingDiverged
from distill.examples import Examples
from experiments.deploying.attempts import AttemptFolder, AttemptRecord
from experiments.deploying.model_inputs import logits_of
from experiments.devices.inventory import measured

_NOISE_EXAMPLES = 32


@dataclass(frozen=True, kw_only=True, eq=False)
class Compressing:
    """A trained model that is to become a file."""

    model: tf_keras.Model
    """Float, from inputs to logits."""
    accuracy: float
    """Of the float model, on validation."""
    cost: CostReport
    """Of the float model; MACs, bytes and latency are those of each attempt's file."""
    representative: Representative
    training: Callable[[Compression], Training]
    validation: Examples
    goal: Goal
    device: Device
    folder: Path
    """The folder of the attempts."""
    described: Callable[[bytes], bytes]
    """Adds the metadata that is shipped inside a file."""
    by_converter: bool = False
    """The converter quantizes after training, where quantization-aware training does not take the model."""
    on_attempt: Callable[[Attempt], None] = lambda attempt: None
    """Called with each attempt once, those of an earlier launch too."""
    _attempts: dict[str, Attempt] = field(default_factory=dict, init=False)

    def climb(self, candidates: tuple[str, ...] = ()) -> tuple[Attempt, list[Attempt]]:
        """As `ladder.climb`; without candidates what can help: int8 alone, in both ranges, unless it is over a limit.

        Raises:
            ModelRefused: no step of any candidate can be taken with this model.
        """
        if not candidates:
            candidates = LADDER[:2] if self.attempt(parsed(LADDER[0])).fits else worthwhile(self.goal)
        try:
            return climb(candidates, self.goal.max_drop, self.attempt)
        except ValueError as error:
            raise ModelRefused(str(error)) from error

    def file(self, attempt: Attempt) -> bytes:
        """The file of an attempt."""
        return AttemptFolder(self.folder, attempt.compression).file()

    def cost_of(self, attempt: Attempt) -> CostReport:
        """The cost of an attempt's file."""
        cost = replace(self.cost, macs=attempt.macs, size_bytes=attempt.size_bytes, size_source="measured")
        if attempt.latency_ms is None:
            return cost
        return replace(cost, latency_ms=attempt.latency_ms, latency_source="measured")

    def attempt(self, compression: Compression) -> Attempt:
        """Compress and measure, unless this or an earlier launch did."""
        if str(compression) in self._attempts:
            return self._attempts[str(compression)]
        folder = AttemptFolder(self.folder, compression)
        record = folder.record()
        if record is None:
            record = self._compressed(compression, folder)
            folder.append(record)
        attempt = record.attempt
        if not attempt.refused:
            # The limits may be others than at the launch that compressed it.
            attempt = replace(attempt, broken=self.goal.broken_by(self.cost_of(attempt), attempt.gzip_bytes))
        self.on_attempt(attempt)
        self._attempts[str(compression)] = attempt
        return attempt

    def evidence(self, attempt: Attempt) -> Evidence:
        """The measurements of an attempt's file that `prove` needs; robustness is left to the test split."""
        record = AttemptFolder(self.folder, attempt.compression).record()
        evidence = record and record.evidence
        assert evidence, "only a file that was written has evidence"
        return evidence

    def _calibrated(self, file: bytes) -> bytes:
        """The file with its logits divided by the temperature that suits validation, where no integer changes by it."""
        pixels, input_range = self.validation.pixels, self.representative.input_range
        outputs, sign = runtime.run(file, pixels, input_range), model_io.signature(runtime.load(file))
        temperature = fitted_temperature(model_io.logits(outputs, sign), self.validation.labels)
        tempered = with_temperature(file, temperature)
        if tempered is None or not np.array_equal(runtime.run(tempered, pixels, input_range), outputs):
            return file
        return tempered

    def _compressed(self, compression: Compression, folder: AttemptFolder) -> AttemptRecord:
        started = time.monotonic()
        try:
            training = self.training(compression)
            compressed = compress(self.model, compression, self.representative, training, self.by_converter)
        except (ModelRefused, TrainingDiverged, ValueError) as error:
            return AttemptRecord(attempt=Attempt(compression=str(compression), refused=str(error)))
        input_range, pixels = self.representative.input_range, self.validation.pixels
        file = self.described(self._calibrated(compressed.file))
        sha256 = folder.write_file(file)
        latency = measured(self.device, file)
        reached = file_accuracy(file, self.validation, input_range)
        logits = logits_of(compressed.model, pixels, input_range)
        noise = layer_noise(compressed, self.representative.inputs[:_NOISE_EXAMPLES])
        attempt = Attempt(
            compression=str(compression),
            validation_accuracy=reached,
            # The model's own was counted in float32.
            drop=round(100 * (self.accuracy - reached), 4) + 0.0,
            size_bytes=len(file),
            gzip_bytes=len(gzip.compress(file, 9)),
            latency_ms=latency and latency.median_ms,
            macs=sum(operator.macs for operator in Graph(file).operators()),
            seconds=round(time.monotonic() - started, 2),
        )
        evidence = Evidence(
            latency=latency,
            parity=parity(compressed.file, pixels, logits, input_range),
            layers=tuple(noise),
        )
        return AttemptRecord(attempt=attempt, sha256=sha256, evidence=evidence)
