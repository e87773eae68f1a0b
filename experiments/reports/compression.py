"""Compressions that were tried, and the proof of a file, in words."""

from deploy.compress.ladder import Attempt
from deploy.proof.checks import Check
from deploy.proof.prove import Proof
from experiments.reports.summary import time_text
from experiments.reports.tables import table_text

_COLUMNS = ("<", "<compression", ">validation", ">drop", ">bytes", ">gzip", ">latency", ">seconds", "<")


def attempts_table(attempts: list[Attempt], chosen: Attempt) -> str:
    """A table of all compressions that were tried; a star marks the one that was taken."""
    rows = [["*" if attempt == chosen else "", *_attempt_cells(attempt)] for attempt in attempts]
    return table_text(_COLUMNS, rows, width=160)


def attempts_note(attempts: list[Attempt]) -> str:
    """The compressions that were tried, in Markdown, for the page of the run in MLflow."""
    rows = "".join(f"| {' | '.join(_attempt_cells(attempt))} |\n" for attempt in attempts)
    return (
        "Compressions of this model. Drop is against the float model, on validation, in points.\n\n"
        "| compression | validation | drop | bytes | gzip | latency | seconds | |\n|---|---|---|---|---|---|---|---|\n"
        f"{rows}"
    )


def _attempt_cells(attempt: Attempt) -> list[str]:
    if attempt.refused:
        return [attempt.compression, *[""] * 6, attempt.refused]
    return [
        attempt.compression,
        f"{attempt.validation_accuracy:.2%}",
        f"{attempt.drop:+.2f}",
        f"{attempt.size_bytes:,}",
        f"{attempt.gzip_bytes:,}",
        "" if attempt.latency_ms is None else time_text(attempt.latency_ms),
        f"{attempt.seconds:.1f}",
        f"over {', '.join(attempt.broken)}" if attempt.broken else "",
    ]


def checks_text(checks: tuple[Check, ...]) -> str:
    """A line for each check."""
    verdicts = {True: "passed", False: "FAILED", None: "not checked"}
    return "\n".join(f"  {check.name:<14}{verdicts[check.passed]:<12}{check.detail}" for check in checks)


def proof_text(proof: Proof) -> str:
    """A proof for people: accuracy, each check, and what the file does with other pictures."""
    lines = [
        f"{proof.test_accuracy:.2%} on {proof.test_examples:,} test examples, expected calibration error "
        f"{proof.calibration_error:.2%}, {proof.gzip_bytes:,} bytes after gzip"
    ]
    lines.append(checks_text(proof.checks))
    classes = [(share, number) for number, share in enumerate(proof.class_accuracy) if share is not None]
    if classes:
        share, number = min(classes)
        lines.append(f"  worst class: number {number}, {share:.2%}")
    if proof.layers:
        worst = min(proof.layers, key=lambda layer: layer.signal_to_noise_db)
        lines.append(f"  noisiest layer: {worst.layer} ({worst.operator}), {worst.signal_to_noise_db:.1f} dB")
    for comparison in proof.robustness:
        lines.append(
            f"  {comparison.change:<12}file {comparison.file_accuracy:.2%}, float model {comparison.float_accuracy:.2%}"
        )
    return "\n".join(lines)
