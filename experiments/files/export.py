"""A bundle's student written in another format, its answers compared with the .tflite's."""

import contextlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.errors import ExportRefused
from deploy.exports import c_array, coreml, onnx, web
from deploy.exports.agreement import Agreement, agreement
from deploy.exports.export import Export
from deploy.packing.folder import replace_folder
from experiments.errors import UserError
from experiments.files.reading import read_bundle

_WRITERS = {"onnx": onnx, "coreml": coreml, "c-array": c_array, "web": web}
_REPORT_FILE = "export.json"
_MOST_LINES = 8


@dataclass(frozen=True, kw_only=True, eq=False)
class ExportReport:
    """A folder of exported files, and their agreement with the .tflite."""

    output: Path
    to: str
    """Name of the format."""
    exported: Export
    agreement: Agreement | None
    """None where no runtime is at hand."""

    def to_record(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "output": str(self.output),
            "to": self.to,
            "ran_in": self.exported.ran_in,
            "same_integers": self.exported.same_integers,
            "agreement": None if self.agreement is None else self.agreement.to_record(),
            "figures": self.exported.figures or {},
            "files": {name: len(content) for name, content in self.exported.files.items()},
            "notes": self.exported.notes,
        }


def export(bundle: Path, to: str, output: Path | None, key: Path | None) -> ExportReport:
    """Write a bundle's student in the format `to`, with a report beside it.

    Args:
        output: a new folder, or that of an earlier export, which is replaced; None is beside the bundle.
        key: the file of the key that the bundle's weights are encrypted with.

    Raises `UserError` for a format that cannot express the model, and for a folder that cannot be written.
    """
    whole = bundle.resolve()
    output = output or whole.with_name(f"{whole.name if whole.is_dir() else whole.stem}-{to}")
    _require_free(output)
    source = read_bundle(bundle, key)
    try:
        # The packages of formats print what they like.
        with contextlib.redirect_stdout(sys.stderr):
            exported = _WRITERS[to].exported(source)
    except ExportRefused as error:
        raise UserError(f"--to {to}: {error}") from error
    report = ExportReport(output=output, to=to, exported=exported, agreement=agreement(exported, source))
    content = json.dumps(report.to_record(), indent=1).encode()
    try:
        replace_folder(output, {**exported.files, _REPORT_FILE: content})
    except OSError as error:
        raise UserError(f"cannot write {output} ({error.strerror}); give --output another place") from error
    return report


def _require_free(output: Path) -> None:
    if output.is_file() or (output.is_dir() and any(output.iterdir()) and not (output / _REPORT_FILE).is_file()):
        raise UserError(f"{output} is there and is no export; give --output a new folder, or that of an earlier export")


def export_text(report: ExportReport) -> str:
    """The report for people."""
    exported = report.exported
    figures = [f"  {name.replace('_', ' ')}: {figure:,}" for name, figure in (exported.figures or {}).items()]
    files = [f"  {len(content):>11,} bytes  {name}" for name, content in exported.files.items()]
    return "\n".join(
        (
            f"{report.output}: ran in {exported.ran_in}",
            *_agreement_lines(report.agreement),
            *figures,
            *files,
            *(f"  {note}" for note in exported.notes),
        )
    )


def _agreement_lines(compared: Agreement | None) -> list[str]:
    if compared is None:
        return ["  its outputs were not compared with the .tflite's"]
    steps = [f"{count:,} by {steps}" for steps, count in compared.step_counts.items()]
    if len(steps) > _MOST_LINES:
        steps[_MOST_LINES - 1 :] = [f"{len(steps) - _MOST_LINES + 1} more counts in {_REPORT_FILE}"]
    differences = [
        f"  example {difference.example}: {difference.expected} in the .tflite, {difference.other} here; "
        f"steps between them there: {difference.margin_steps:g}"
        for difference in compared.differences[:_MOST_LINES]
    ]
    return [
        f"  the first class is the same on {compared.agreeing} of {compared.examples} known answers",
        f"  outputs differ in steps: {', '.join(steps)}",
        *differences,
        f"  {compared.explanation}",
    ]
