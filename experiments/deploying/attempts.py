"""One trained model, compressed until it meets a goal; each attempt is measured, and kept for a next launch."""

import gzip
import hashlib
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import tf_keras

from deploy.compress.compression import Compression, parsed
from deploy.compress.ladder import LADDER, Attempt, Goal, climb, worthwhile
from deploy.compress.steps import Representative, Training, compress
from deploy.cost import CostReport
from deploy.devices.device import Device
from deploy.devices.latency import Latency
from deploy.proof.evidence import LayerNoise, Parity
from deploy.proof.layer_noise import layer_noise
from deploy.proof.prove import accuracy, parity
from deploy.surgery.flat import ModelRefused
from deploy.tflite.model_io import ranged
from deploy.tflite.operators import Graph
from distill.divergence import TrainingDiverged
from distill.examples import Examples
from experiments.devices.inventory import measured
from search.journal import Journal

REPRESENTATIVE_EXAMPLES = 256
"""Training examples that importances and the ranges of activations are taken from."""
_NOISE_EXAMPLES = 32
_FILE = "model.tflite"


@dataclass(frozen=True, kw_only=True, eq=False)
class Compressing:
    """A trained model that is to become a file."""

    model: tf_keras.Model
    """Float, from inputs to logits."""
    accuracy: float
    """Its own, on validation."""
    cost: CostReport
    """Its own; MACs, bytes and latency are each file's."""
    representative: Representative
    training: Callable[[Compression], Training]
    validation: Examples
    goal: Goal
    device: Device
    folder: Path
    """Where attempts are kept."""
    described: Callable[[bytes], bytes]
    """A file with what else is shipped inside it."""
    float_layers: tuple[str, ...] = ()
    """Layers that stay in float."""
    on_attempt: Callable[[Attempt], None] = lambda attempt: None
    """Hears of each attempt once, those of an earlier launch too."""
    _seen: dict[str, Attempt] = field(default_factory=dict, init=False)

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
        return (self._folder(attempt.compression) / _FILE).read_bytes()

    def cost_of(self, attempt: Attempt) -> CostReport:
        """The cost of an attempt's file."""
        latency = {} if attempt.latency_ms is None else dict(latency_ms=attempt.latency_ms, latency_source="measured")
        return replace(self.cost, macs=attempt.macs, size_bytes=attempt.size_bytes, size_source="measured", **latency)

    def attempt(self, compression: Compression) -> Attempt:
        """Compress and measure, unless this or an earlier launch did."""
        if str(compression) in self._seen:
            return self._seen[str(compression)]
        folder = self._folder(str(compression))
        folder.mkdir(parents=True, exist_ok=True)
        journal = Journal(folder / "attempt.jsonl")
        record = journal.last("attempt")
        if record is None or record.get("sha256") != _digest(folder / _FILE):
            record = journal.append("attempt", **self._tried(compression, folder))
        values = {key: value for key, value in record.items() if key in Attempt.__dataclass_fields__}
        found = Attempt(**{**values, "broken": tuple(values["broken"])})
        # The limits may be others than when it was made.
        found = replace(
            found, broken=() if found.refused else self.goal.broken_by(self.cost_of(found), found.gzip_bytes)
        )
        self.on_attempt(found)
        self._seen[str(compression)] = found
        return found

    def evidence(self, attempt: Attempt) -> dict:
        """What `prove` asks of an attempt's file: its latency, and how it compares with its Keras model."""
        record = Journal(self._folder(attempt.compression) / "attempt.jsonl").last("attempt")
        return dict(
            latency=record["latency"] and Latency.from_record(record["latency"]),
            parity=Parity(**record["parity"]),
            layers=tuple(LayerNoise(**each) for each in record["layers"]),
        )

    def _folder(self, compression: str) -> Path:
        return self.folder / compression.replace(", ", "-").replace(" ", "")

    def _tried(self, compression: Compression, folder: Path) -> dict:
        started = time.monotonic()
        try:
            training = self.training(compression)
            made = compress(self.model, compression, self.representative, training, self.float_layers)
        except (ModelRefused, TrainingDiverged, ValueError) as error:
            return dict(compression=str(compression), broken=[], refused=str(error))
        file = self.described(made.file)
        (folder / _FILE).write_bytes(file)
        latency = measured(self.device, file)
        reached = accuracy(file, self.validation.pixels, self.validation.labels, self.representative.input_range)
        logits = logits_of(made.model, self.validation.pixels, self.representative.input_range)
        noise = layer_noise(file, made.model, self.representative.inputs[:_NOISE_EXAMPLES])
        return dict(
            compression=str(compression),
            sha256=_digest(folder / _FILE),
            validation_accuracy=reached,
            # The model's own was counted in float32.
            drop=round(100 * (self.accuracy - reached), 4) + 0.0,
            size_bytes=len(file),
            gzip_bytes=len(gzip.compress(file, 9)),
            latency_ms=latency and latency.median_ms,
            latency=latency and latency.to_record(),
            macs=sum(operator.macs for operator in Graph(file).operators()),
            seconds=round(time.monotonic() - started, 2),
            broken=[],
            parity=asdict(parity(file, self.validation.pixels, logits, self.representative.input_range)),
            layers=[asdict(each) for each in noise],
        )


def _digest(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None


def logits_of(model: tf_keras.Model, pixels: np.ndarray, input_range: tuple[float, float]) -> np.ndarray:
    """A Keras model's logits for uint8 pixels."""
    return model.predict(ranged(pixels, input_range), batch_size=500, verbose=0)


def representative_of(
    examples: Examples, input_range: tuple[float, float], count: int = REPRESENTATIVE_EXAMPLES
) -> Representative:
    """So many of the training examples, the same each time. Raises ValueError where they are of one class."""
    picked = np.random.default_rng(0).permutation(len(examples))[:count]
    inputs = ranged(examples.pixels[picked], input_range)
    return Representative(inputs=inputs, labels=examples.labels[picked], input_range=input_range)
