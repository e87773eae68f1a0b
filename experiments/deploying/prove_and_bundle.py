"""From the attempt at a compression to a proven bundle: the same for a search's finalist and for a user's model."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from deploy.bundle.preprocessing import Activation, Text
from deploy.compress.compression import parsed
from deploy.compress.ladder import Attempt
from deploy.cost import CostReport
from deploy.proof.checks import Allowed, Check
from deploy.proof.confidence import calibration_error_of_either, fitted_temperature
from deploy.proof.prove import Proof, prove
from deploy.proof.robustness import robustness
from distill.examples import Examples
from experiments.deploying.bundling import known_answers, origin_record, write
from experiments.deploying.compressing import Compressing
from experiments.deploying.model_inputs import logits_of
from experiments.reports.compression import attempts_note
from experiments.run.context import Context
from experiments.run.tracking import BUNDLE, Run


@dataclass(frozen=True, kw_only=True, eq=False)
class Origin:
    """The origin of a float model, as far as its proof and its bundle depend on it."""

    student: str
    """The model's architecture, in words."""
    teacher: str
    """In words; empty where there was none."""
    teacher_logits: Callable[[np.ndarray], np.ndarray | None] | None
    """Of uint8 pixels; None where no teacher is at hand."""
    records: Mapping[str, dict[str, Any] | list[Any]]
    """Further JSON files of the bundle, by name without ending."""
    brought: bool = False
    """Made elsewhere: the proof allows more operators, and the cost of its architecture is not known."""
    activation: Activation = "softmax"
    """From its logits to confidences."""
    trained: bool = True
    """False where nothing was trained here."""
    goal_checks: Callable[[Attempt], tuple[Check, ...]] = lambda chosen: ()
    """Checks that the proof has beside its own."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ProvenBundle:
    """A bundle with its proof, which passed or failed."""

    chosen: Attempt
    """The attempt whose file it is."""
    attempts: list[Attempt]
    """All that were made, in order."""
    cost: CostReport
    proof: Proof
    folder: Path

    def log(self, run: Run) -> None:
        """Log the bundle, its figures and its verdict to its MLflow run."""
        proof, chosen = self.proof, self.chosen
        agreement = {} if proof.parity is None else {"agreement": proof.parity.agreement}
        run.log_file(self.folder, BUNDLE)
        run.log(
            cost=self.cost,
            metrics={
                "file_validation_accuracy": chosen.validation_accuracy,
                "file_test_accuracy": proof.test_accuracy,
                "file_sparsity": proof.sparsity,
                **agreement,
                "drop": chosen.drop,
                "gzip_bytes": proof.gzip_bytes,
                "calibration_error": proof.calibration_error,
                **{f"test_accuracy {result.change}": result.file_accuracy for result in proof.robustness},
            },
            tags={
                "potstill.compression": chosen.compression,
                "mlflow.note.content": attempts_note(self.attempts),
                "potstill.proven": str(proof.passed).lower(),
                "potstill.sha256": proof.sha256,
                "potstill.measured_with": str(proof.latency.provenance)
                if proof.latency
                else f"{self.cost.device}, not measured",
                **{f"potstill.check.{check.name}": check.detail for check in proof.checks},
            },
        )


def prove_and_bundle(
    context: Context,
    compressing: Compressing,
    origin: Origin,
    *,
    chosen: Attempt,
    attempts: list[Attempt],
    load_test: Callable[[], Examples],
    folder: Path,
) -> ProvenBundle:
    """Prove the file of an attempt and write its bundle.

    Args:
        chosen: the attempt whose file it is.
        attempts: all that were made with this model.
        load_test: reads the test split.
        folder: of the bundle; an earlier one in it is replaced.
    """
    model_bytes, cost = compressing.file(chosen), compressing.cost_of(chosen)
    input_range = compressing.representative.input_range
    test = load_test()
    changed_pictures = ()
    if not isinstance(context.data.rendering, Text):
        changed_pictures = robustness(model_bytes, compressing.model, test, input_range)
    proof = prove(
        model_bytes,
        test=test,
        budget=compressing.goal.budget,
        cost=cost,
        evidence=replace(
            compressing.evidence(chosen),
            robustness=changed_pictures,
            float_calibration_error=_float_calibration_error(compressing, test),
        ),
        input_range=input_range,
        allowed=Allowed(numbers=parsed(chosen.compression).numbers, brought=origin.brought),
        further=origin.goal_checks(chosen),
    )
    records = {
        "about": origin_record(
            context.experiment,
            context.data,
            origin.teacher,
            origin.student,
            chosen.compression,
            trained=origin.trained,
        ),
        "proof": proof.to_record(),
        "attempts": [attempt.to_record() for attempt in attempts],
        **origin.records,
    }
    if not origin.brought:
        records["cost"] = asdict(cost)
    answers = known_answers(model_bytes, test, input_range, origin.teacher_logits)
    write(folder, model_bytes, context.data, input_range, answers, records, origin.activation)
    return ProvenBundle(chosen=chosen, attempts=attempts, cost=cost, proof=proof, folder=folder)


def _float_calibration_error(compressing: Compressing, test: Examples) -> float:
    """The error that quantization is not to blame for."""
    validation, input_range = compressing.validation, compressing.representative.input_range
    return calibration_error_of_either(
        logits_of(compressing.model, test.pixels, input_range),
        test.labels,
        fitted_temperature(logits_of(compressing.model, validation.pixels, input_range), validation.labels),
    )
