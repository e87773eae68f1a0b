"""The proof of a file: what it must show before it may be a candidate."""

import hashlib
from dataclasses import asdict, dataclass

import numpy as np

from deploy import runtime
from deploy.audit import audit
from deploy.budget import Budget
from deploy.cost import CostReport
from deploy.latency import Latency

# Operators of a student in full int8; all of them run in XNNPACK and LiteRT Micro.
ALLOWED_OPERATORS = frozenset({"CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "ADD", "MEAN", "PAD", "RESHAPE"})
MIN_AGREEMENT = 0.99
"""Share of validation examples on which file and Keras model must name the same class, ties left aside."""
TIE_STEPS = 2
"""Classes whose Keras logits are so close, in steps of the file's output, count as tied: int8 cannot part them."""


@dataclass(frozen=True, kw_only=True)
class Parity:
    """How a file's outputs compare with those of the Keras model it was converted from."""

    agreement: float
    """Share of examples with the same top class."""
    agreement_or_tie: float
    """Share of examples with the same top class, or with one that the Keras model has within TIE_STEPS of its top."""
    mean_error_steps: float
    max_error_steps: float
    """In steps of the file's int8 output."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """One line of a proof. `passed` None: it could not be checked, and `detail` says why."""

    name: str
    passed: bool | None
    detail: str


@dataclass(frozen=True, kw_only=True)
class Proof:
    """The evidence for one file."""

    sha256: str
    size_bytes: int
    test_accuracy: float
    """Of the file itself, on the whole test split."""
    test_examples: int
    sparsity: float
    """Share of zeros among the weights in the file."""
    operators: dict[str, int]
    latency: Latency | None
    """None where the device could not measure it; the budget then holds against the prediction."""
    parity: Parity | None
    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether no check failed."""
        return all(check.passed is not False for check in self.checks)

    def to_record(self) -> dict:
        """As JSON values."""
        return {"passed": self.passed, **asdict(self)}


def accuracy(model_bytes: bytes, pixels: np.ndarray, labels: np.ndarray) -> float:
    """Share of examples (uint8 pixels, class numbers) on which the file's largest output is the label."""
    return float(np.mean(runtime.run(model_bytes, pixels).argmax(axis=1) == labels))


def parity(model_bytes: bytes, pixels: np.ndarray, keras_logits: np.ndarray) -> Parity:
    """Compare a file with the float32 logits that its Keras model gives for the same uint8 pixels."""
    sign = runtime.signature(runtime.load(model_bytes))
    steps = runtime.run(model_bytes, pixels).astype(np.float32) - sign.output_zero_point
    expected = np.clip(keras_logits / sign.output_scale, -128 - sign.output_zero_point, 127 - sign.output_zero_point)
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
) -> Proof:
    """Run every check on a file.

    Args:
        cost: the file's cost with size and latency measured.
        parity: the comparison with the Keras model, or None where that model is not at hand.
    """
    found = audit(model_bytes)
    foreign = sorted(set(found.operators) - ALLOWED_OPERATORS)
    dtypes = sorted({*found.activation_dtypes, *found.weight_dtypes})
    broken = budget.broken_by(cost)
    checks = (
        Check(
            name="parity",
            passed=None if parity is None else parity.agreement_or_tie >= MIN_AGREEMENT,
            detail="the Keras model is not at hand"
            if parity is None
            else f"same class on {parity.agreement:.2%} of the validation split, "
            f"same or tied on {parity.agreement_or_tie:.2%}; "
            f"{MIN_AGREEMENT:.0%} needed",
        ),
        Check(
            name="budget",
            passed=not broken,
            detail="; ".join(
                f"{name} {getattr(cost, name):.6g} of {limit:.6g}" for name, limit in budget.limits().items()
            )
            + (" (latency predicted)" if budget.latency_ms and cost.latency_source == "estimated" else "")
            or "no limits set",
        ),
        Check(
            name="operators",
            passed=not foreign,
            detail=f"not allowed: {', '.join(foreign)}"
            if foreign
            else f"all of {sum(found.operators.values())} allowed",
        ),
        Check(name="dtypes", passed=dtypes == ["int8"], detail=f"weights and activations in {', '.join(dtypes)}"),
        Check(
            name="delegate",
            passed=found.whole_graph_delegated,
            detail="XNNPACK runs the whole graph" if found.whole_graph_delegated else "XNNPACK left operators out",
        ),
    )
    return Proof(
        sha256=hashlib.sha256(model_bytes).hexdigest(),
        size_bytes=len(model_bytes),
        test_accuracy=accuracy(model_bytes, test_pixels, test_labels),
        test_examples=len(test_labels),
        sparsity=found.sparsity,
        operators=found.operators,
        latency=latency,
        parity=parity,
        checks=checks,
    )
