"""The proof of a file, which it must pass to become a candidate: every check, and the evidence beside them."""

import gzip
from dataclasses import dataclass

from deploy.budget import Budget
from deploy.cost import CostReport
from deploy.devices.latency import Latency
from deploy.digests import sha256_of
from deploy.proof import checks
from deploy.proof.accuracy import LabelledPixels, accuracy, class_accuracy
from deploy.proof.checks import Allowed, Check, Checked
from deploy.proof.confidence import as_logits, error_by_chance, expected_calibration_error
from deploy.proof.evidence import Evidence, LayerNoise, Robustness
from deploy.proof.parity import Parity
from deploy.proof.repeats import repeats
from deploy.tflite import model_io, runtime
from deploy.tflite.audit import audit

# Outputs are compared to the bit on so many examples.
_REPEATED_EXAMPLES = 256
_STUDENT = Allowed()


@dataclass(frozen=True, kw_only=True)
class Proof(Checked):
    """Checks and evidence of one file."""

    sha256: str
    size_bytes: int
    test_accuracy: float
    """Of the file itself, on the whole test split."""
    test_examples: int
    gzip_bytes: int
    class_accuracy: tuple[float | None, ...]
    """Of each class, on the test split; None for a class without examples."""
    calibration_error: float
    """Expected calibration error of the file's confidences on the test split, from 0 to 1."""
    sparsity: float
    """Share of zeros among the weights in the file."""
    operators: dict[str, int]
    latency: Latency | None
    """None where the device could not measure it; the budget then holds against the prediction."""
    parity: Parity | None
    layers: tuple[LayerNoise, ...]
    """Noise against the Keras model, operator by operator; empty where that model is not at hand."""
    robustness: tuple[Robustness, ...]
    """On changed test pictures, beside the float model; empty where that model is not at hand."""


def prove(
    model_bytes: bytes,
    *,
    test: LabelledPixels,
    budget: Budget,
    cost: CostReport,
    evidence: Evidence,
    input_range: tuple[float, float] | None = None,
    allowed: Allowed = _STUDENT,
    further: tuple[Check, ...] = (),
) -> Proof:
    """Run every check on a file.

    Args:
        test: the test split, which nothing else reads.
        cost: the file's cost with size and latency measured.
        input_range: what pixels 0 and 255 stand for; None is the range of the file's input.
        allowed: numbers and operators that the file may have; a student's own are the default.
        further: checks that were made elsewhere.
    """
    file_audit = audit(model_bytes)
    outputs = runtime.run(model_bytes, test.pixels, input_range)
    logits = as_logits(model_io.logits(outputs, model_io.signature(runtime.load(model_bytes))))
    repeated = test.pixels[:_REPEATED_EXAMPLES]
    calibration_error = expected_calibration_error(logits, test.labels)
    return Proof(
        sha256=sha256_of(model_bytes),
        size_bytes=len(model_bytes),
        gzip_bytes=len(gzip.compress(model_bytes, 9)),
        test_accuracy=accuracy(outputs, test.labels),
        test_examples=len(test.labels),
        class_accuracy=class_accuracy(logits, test.labels),
        calibration_error=calibration_error,
        sparsity=file_audit.sparsity,
        operators=file_audit.operators,
        latency=evidence.latency,
        parity=evidence.parity,
        layers=evidence.layers,
        robustness=evidence.robustness,
        checks=(
            checks.parity_check(evidence.parity),
            checks.budget_check(budget, cost),
            checks.operator_check(file_audit, allowed),
            checks.dtype_check(file_audit, allowed),
            checks.delegate_check(file_audit, allowed),
            checks.calibration_check(calibration_error, evidence.float_calibration_error, error_by_chance(logits)),
            checks.repeats_check(repeats(model_bytes, repeated, input_range), len(repeated)),
            *further,
        ),
    )
