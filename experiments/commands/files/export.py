"""The command that brings a bundle's student into another format, and holds that against the .tflite."""

import contextlib
import json as json_module
import sys
from pathlib import Path
from typing import Literal

from experiments.commands.arguments import File, Flag, read_bundle
from experiments.errors import UserError

Format = Literal["onnx", "coreml", "c-array", "web"]
_REPORT_FILE = "export.json"
_SHOWN = 8


def export(bundle: File, to: Format, output: Path | None = None, key: Path | None = None, json: Flag = False) -> None:
    """Bring a bundle's student into another format, and compare its answers with the .tflite's.

    All of the bundle's known answers are compared. Exits with 1 where another class comes first that no tie explains.

    Args:
        bundle: A bundle: a folder or a .zip.
        to: onnx for ONNX Runtime, coreml for Xcode, c-array for microcontrollers, web for LiteRT.js.
        output: Folder that the files are written to; None is beside the bundle, such as bundle-onnx.
        key: File of the key that a bundle's weights are encrypted with.
        json: Print one JSON object.
    """
    from deploy.errors import ExportRefused
    from deploy.exports import c_array, coreml, onnx, web
    from deploy.exports.agreement import agreement
    from deploy.packing.folder import replace_folder

    whole = bundle.resolve()
    output = output or whole.with_name(f"{whole.name if whole.is_dir() else whole.stem}-{to}")
    _require_free(output)
    opened = read_bundle(bundle, key)
    writers = {"onnx": onnx, "coreml": coreml, "c-array": c_array, "web": web}
    try:
        # The packages of formats print what they like.
        with contextlib.redirect_stdout(sys.stderr):
            exported = writers[to].exported(opened)
    except ExportRefused as error:
        raise UserError(f"--to {to}: {error}") from error
    agreed = agreement(exported, opened)
    record = {
        "output": str(output),
        "to": to,
        "ran_in": exported.ran_in,
        "same_integers": exported.same_integers,
        "agreement": agreed.to_record(),
        "figures": exported.figures or {},
        "files": {name: len(content) for name, content in exported.files.items()},
        "notes": exported.notes,
    }
    try:
        replace_folder(output, {**exported.files, _REPORT_FILE: json_module.dumps(record, indent=1).encode()})
    except OSError as error:
        raise UserError(f"cannot write {output} ({error.strerror}); give --output another place") from error
    print(json_module.dumps(record) if json else _text(record))
    if not agreed.holds:
        sys.exit(1)


def _require_free(output: Path) -> None:
    if output.is_file() or (output.is_dir() and any(output.iterdir()) and not (output / _REPORT_FILE).is_file()):
        raise UserError(f"{output} is there and is no export; give --output a new folder, or that of an earlier export")


def _text(record: dict) -> str:
    agreed = record["agreement"]
    steps = [f"{count:,} by {steps}" for steps, count in agreed["step_counts"].items()]
    if len(steps) > _SHOWN:
        steps[_SHOWN - 1 :] = [f"{len(steps) - _SHOWN + 1} more counts in {_REPORT_FILE}"]
    ties = [
        f"  example {each['example']}: {each['expected']} in the .tflite, {each['found']} here; "
        f"steps between them there: {each['margin_steps']:g}"
        for each in agreed["differences"][:_SHOWN]
    ]
    figures = [f"  {name.replace('_', ' ')}: {figure:,}" for name, figure in record["figures"].items()]
    files = [f"  {size:>11,} bytes  {name}" for name, size in record["files"].items()]
    return "\n".join(
        (
            f"{record['output']}: ran in {record['ran_in']}",
            f"  the first class is the same on {agreed['agreeing']} of {agreed['examples']} known answers",
            f"  outputs differ in steps: {', '.join(steps)}",
            *ties,
            f"  {agreed['explanation']}",
            *figures,
            *files,
            *(f"  {note}" for note in record["notes"]),
        )
    )
