"""The proof of a file: what it must show before it may be a candidate."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np

from deploy.budget import Budget
from deploy.compress.compression import Numbers
from deploy.cost import CostReport
from deploy.devices.latency import Latency
from deploy.proof.confidence import calibration_error, class_accuracy
from deploy.proof.evidence import LayerNoise, Parity, Robustness
from deploy.proof.repeats import deterministic
from deploy.tflite import model_io, runtime
from deploy.tflite.audit import Audit, audit

# Operators of a student in full int8; all of them run in XNNPACK and LiteRT Micro.
ALLOWED_OPERATORS = frozenset({"CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "ADD", "MEAN", "PAD", "RESHAPE"})
# What a runtime has only where an app brings it along; float islands are told by their dtypes.
_FOREIGN = ("CUSTOM", "Flex")
_DTYPES = {
    "int8": {"int8"},
    "int16x8": {"int8", "int16"},
    "dynamic_range": {"int8", "float32"},
    "float16": {"float16", "float32"},
}
# Outputs are compared to the bit on so many examples.
_DETERMINISM_EXAMPLES = 256
MIN_AGREEMENT = 0.99
"""Share of validation examples on which file and Keras model must name the same class, ties left aside."""
TIE_STEPS = 2
"""Classes whose Keras logits are so close, in steps of the file's output, count as tied: int8 cannot part them."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """One line of a proof. `passed` None: it could not be checked, and `detail` says why."""

    name: str
    passed: bool | None
    detail: str


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What was held against checks."""

    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether no check failed."""
        return all(check.passed is not False for check in self.checks)

    def to_record(self) -> dict:
        """As JSON values."""
        return {"passed": self.passed, **asdict(self)}


@dataclass(frozen=True, kw_only=True)
class Proof(Checked):
    """The evidence for one file."""

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
    """Where the file departs from its Keras model, operator by operator; empty where that model is not at hand."""
    robustness: tuple[Robustness, ...]
    """On changed test pictures, beside the float model; empty where that model is not at hand."""


def accuracy(
    model_bytes: bytes, pixels: np.ndarray, labels: np.ndarray, input_range: tuple[float, float] | None = None
) -> float:
    """Share of examples (uint8 pixels, class numbers) on which the file's largest output is the label."""
    return float(np.mean(runtime.run(model_bytes, pixels, input_range).argmax(axis=1) == labels))


def parity(
    model_bytes: bytes, pixels: np.ndarray, keras_logits: np.ndarray, input_range: tuple[float, float] | None = None
) -> Parity:
    """Compare a file with the float32 logits that its Keras model gives for the same uint8 pixels.

    A file that gives floats has no steps: there one is a 255th of what its Keras model's logits span.
    """
    sign = model_io.signature(runtime.load(model_bytes))
    outputs = runtime.run(model_bytes, pixels, input_range)
    if sign.output_scale:
        limits = np.iinfo(sign.output_dtype)
        scale, ends = sign.output_scale, (limits.min - sign.output_zero_point, limits.max - sign.output_zero_point)
    else:
        scale, ends = max(float(np.ptp(keras_logits)), 1e-12) / 255, (-np.inf, np.inf)
    steps = model_io.logits(outputs, sign) / scale
    expected = np.clip(keras_logits / scale, *ends)
    error = np.abs(steps - expected)
    named = steps.argmax(axis=1)
    behind = expected.max(axis=1) - np.take_along_axis(expected, named[:, None], axis=1)[:, 0]
    return Parity(
        agreement=float(np.mean(named == keras_logits.argmax(axis=1))),
        agreement_or_tie=float(np.mean(behind <= TIE_STEPS)),
        mean_error_steps=float(error.mean()),
        max_error_steps=float(error.max()),
    )


def prove(
    model_bytes: bytes,
    *,
    test_pixels: np.ndarray,
    test_labels: np.ndarray,
    budget: Budget,
    cost: CostReport,
    latency: Latency | None,
    parity: Parity | None,
    layers: tuple[LayerNoise, ...] = (),
    robustness: tuple[Robustness, ...] = (),
    input_range: tuple[float, float] | None = None,
    numbers: Numbers = "int8",
    brought: bool = False,
    in_float: Mapping[str, str] | None = None,
    further: tuple[Check, ...] = (),
) -> Proof:
    """Run every check on a file.

    Args:
        cost: the file's cost with size and latency measured.
        parity: the comparison with the Keras model, or None where that model is not at hand.
        input_range: what pixels 0 and 255 stand for; None is what the file's input spans.
        numbers: what weights and activations are to be.
        brought: made from a model from elsewhere. It may have any operator that every LiteRT runtime has, and what
            XNNPACK leaves out is told and not held against it.
        in_float: layers that were left in float, each with the reason.
        further: checks that were made elsewhere.
    """
    found = audit(model_bytes)
    outputs = runtime.run(model_bytes, test_pixels, input_range)
    logits = model_io.logits(outputs, model_io.signature(runtime.load(model_bytes)))
    same = deterministic(model_bytes, test_pixels[:_DETERMINISM_EXAMPLES], input_range)
    compared = min(len(test_labels), _DETERMINISM_EXAMPLES)
    checks = (
        _parity_check(parity),
        _budget_check(budget, cost),
        _operator_check(found, brought),
        _dtype_check(found, numbers, in_float or {}),
        _delegate_check(found, numbers, brought),
        Check(
            name="repeats",
            passed=same,
            detail=f"two processes give {'the same' if same else 'OTHER'} outputs on {compared} examples, bit by bit",
        ),
        *further,
    )
    return Proof(
        sha256=hashlib.sha256(model_bytes).hexdigest(),
        size_bytes=len(model_bytes),
        gzip_bytes=len(gzip.compress(model_bytes, 9)),
        test_accuracy=float(np.mean(outputs.argmax(axis=1) == test_labels)),
        test_examples=len(test_labels),
        class_accuracy=class_accuracy(logits, test_labels),
        calibration_error=calibration_error(logits, test_labels),
        sparsity=found.sparsity,
        operators=found.operators,
        latency=latency,
        parity=parity,
        layers=layers,
        robustness=robustness,
        checks=checks,
    )


def _parity_check(parity: Parity | None) -> Check:
    if parity is None:
        return Check(name="parity", passed=None, detail="the Keras model is not at hand")
    return Check(
        name="parity",
        passed=parity.agreement_or_tie >= MIN_AGREEMENT,
        detail=f"same class on {parity.agreement:.2%} of the validation split, same or tied on "
        f"{parity.agreement_or_tie:.2%}; {MIN_AGREEMENT:.0%} needed",
    )


def _budget_check(budget: Budget, cost: CostReport) -> Check:
    figures = {name: getattr(cost, name) for name in budget.limits()}
    kept = "; ".join(
        f"{name} {'unknown' if figures[name] is None else format(figures[name], '.6g')} of {limit:.6g}"
        for name, limit in budget.limits().items()
    )
    predicted = " (latency predicted)" if budget.latency_ms and cost.latency_source == "estimated" else ""
    return Check(name="budget", passed=not budget.broken_by(cost), detail=kept + predicted or "no limits set")


def _operator_check(found: Audit, brought: bool) -> Check:
    if brought:
        foreign = sorted(name for name in found.operators if name.startswith(_FOREIGN))
    else:
        foreign = sorted(set(found.operators) - ALLOWED_OPERATORS)
    count = sum(found.operators.values())
    detail = f"not allowed: {', '.join(foreign)}" if foreign else f"all of {count} allowed"
    return Check(name="operators", passed=not foreign, detail=detail)


def _dtype_check(found: Audit, numbers: Numbers, in_float: Mapping[str, str]) -> Check:
    dtypes = {*found.activation_dtypes, *found.weight_dtypes}
    left = "".join(f"; {layer} left in float: {reason}" for layer, reason in in_float.items())
    return Check(
        name="dtypes",
        passed=dtypes <= _DTYPES[numbers] | ({"float32"} if in_float else set()),
        detail=f"weights and activations in {', '.join(sorted(dtypes))}; {numbers} asked for{left}",
    )


def _delegate_check(found: Audit, numbers: Numbers, brought: bool) -> Check:
    if found.whole_graph_delegated:
        return Check(name="delegate", passed=True, detail="XNNPACK runs the whole graph")
    if numbers == "int16x8":
        return Check(name="delegate", passed=None, detail="XNNPACK has no int16; LiteRT's own kernels run it")
    return Check(name="delegate", passed=None if brought else False, detail="XNNPACK left operators out")
