"""Checks of a proof: parity, budget, operators, dtypes, the delegate, and equal outputs in another process."""

from dataclasses import asdict, dataclass

from scipy.stats import binom

from deploy.budget import Budget
from deploy.compress.compression import Numbers
from deploy.cost import CostReport
from deploy.proof.parity import Parity
from deploy.tflite.audit import Audit

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
MIN_AGREEMENT = 0.99
"""Share of validation examples on which file and Keras model must name the same class, ties left aside."""
_SURE = 0.95
MAX_ERROR_SHARE = 0.15
"""Largest error of the logits against the Keras model's, as a share of their spread."""

MAX_CALIBRATION_ERROR = 0.03
"""Expected calibration error on the test split, from 0 to 1, that any file may have."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """One line of a proof. `passed` None: it could not be checked, and `detail` says why."""

    name: str
    passed: bool | None
    detail: str


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A file with the checks that it was held against."""

    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """True if no check failed."""
        return all(check.passed is not False for check in self.checks)

    def to_record(self) -> dict:
        """As JSON values."""
        return {"passed": self.passed, **asdict(self)}


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """Dtypes and operators that a file may have, by how it was made."""

    numbers: Numbers = "int8"
    """Dtypes of weights and activations."""
    brought: bool = False
    """Made from a model from elsewhere: it may have any operator that every LiteRT runtime has, and operators that
    XNNPACK leaves out are reported and do not fail the proof."""


def parity_check(parity: Parity | None) -> Check:
    """The same class as the Keras model, or one tied with it, on nearly every validation example."""
    if parity is None:
        return Check(name="parity", passed=None, detail="the Keras model is not at hand")
    needed = MIN_AGREEMENT
    if parity.examples:
        # As many misses as one in twenty files has that agrees on MIN_AGREEMENT of all pictures.
        misses = float(binom.ppf(_SURE, parity.examples, 1 - MIN_AGREEMENT))
        needed = min(needed, 1 - misses / parity.examples)
    return Check(
        name="parity",
        passed=parity.agreement_or_tie >= needed and parity.error_share <= MAX_ERROR_SHARE,
        detail=f"same class on {parity.agreement:.2%} of the validation split, same or tied on "
        f"{parity.agreement_or_tie:.2%}; {needed:.2%} needed; logits are apart by "
        f"{parity.error_share:.1%} of their spread, {MAX_ERROR_SHARE:.0%} allowed",
    )


def budget_check(budget: Budget, cost: CostReport) -> Check:
    """Every limit that is set; one on an unknown figure fails."""
    figures = {name: getattr(cost, name) for name in budget.limits()}
    compared = "; ".join(
        f"{name} {'unknown' if figures[name] is None else format(figures[name], '.6g')} of {limit:.6g}"
        for name, limit in budget.limits().items()
    )
    predicted = " (latency predicted)" if budget.latency_ms and cost.latency_source == "estimated" else ""
    return Check(name="budget", passed=not budget.broken_by(cost), detail=compared + predicted or "no limits set")


def operator_check(audit: Audit, allowed: Allowed) -> Check:
    """A student's own operators, or for a model from elsewhere all that every runtime has."""
    if allowed.brought:
        foreign = sorted(name for name in audit.operators if name.startswith(_FOREIGN))
    else:
        foreign = sorted(set(audit.operators) - ALLOWED_OPERATORS)
    count = sum(audit.operators.values())
    detail = f"not allowed: {', '.join(foreign)}" if foreign else f"all of {count} allowed"
    return Check(name="operators", passed=not foreign, detail=detail)


def dtype_check(audit: Audit, allowed: Allowed) -> Check:
    """The dtypes that were asked for."""
    dtypes = {*audit.activation_dtypes, *audit.weight_dtypes}
    return Check(
        name="dtypes",
        passed=dtypes <= _DTYPES[allowed.numbers],
        detail=f"weights and activations in {', '.join(sorted(dtypes))}; {allowed.numbers} asked for",
    )


def delegate_check(audit: Audit, allowed: Allowed) -> Check:
    """XNNPACK runs the whole graph, which makes int8 outputs equal on every processor."""
    if audit.whole_graph_delegated:
        return Check(name="delegate", passed=True, detail="XNNPACK runs the whole graph")
    if allowed.numbers == "int16x8":
        return Check(name="delegate", passed=None, detail="XNNPACK has no int16; LiteRT's own kernels run it")
    return Check(name="delegate", passed=None if allowed.brought else False, detail="XNNPACK left operators out")


def calibration_check(error: float, float_error: float | None, by_chance: float) -> Check:
    """Confidences near accuracies: within 3 points, as near as the float model's, or as near as chance leaves them."""
    limits = {"3 points": MAX_CALIBRATION_ERROR, "chance": by_chance, "the float model": float_error or 0.0}
    reason, limit = max(limits.items(), key=lambda item: item[1])
    # Without the float model nobody knows whether it was any better.
    excess = None if float_error is None else False
    return Check(
        name="calibration",
        passed=True if error <= limit else excess,
        detail=f"confidences are {100 * error:.2f} points from accuracies on average, {100 * limit:.2f} allowed by "
        f"{reason}",
    )


def repeats_check(same: bool, examples: int) -> Check:
    """The same outputs in another process."""
    return Check(
        name="repeats",
        passed=same,
        detail=f"two processes give {'the same' if same else 'OTHER'} outputs on {examples} examples, bit by bit",
    )
