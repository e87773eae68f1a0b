"""The command `potstill export`."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from experiments.commands.arguments import File, Flag


@dataclass(frozen=True, kw_only=True)
class Export:
    """Bring a bundle's student into another format, and compare its answers with the .tflite's.

    All of the bundle's known answers are compared, if the format's runtime is at hand; Core ML's needs macOS. Exits
    with 1 where another class comes first that no tie explains.
    """

    bundle: File
    """A bundle: a folder or a .zip."""
    to: Literal["onnx", "coreml", "c-array", "web"]
    """onnx for ONNX Runtime, coreml for Xcode, c-array for microcontrollers, web for LiteRT.js."""
    output: Path | None = None
    """Folder that the files are written to; None is beside the bundle, such as bundle-onnx."""
    key: Path | None = None
    """File of the key that a bundle's weights are encrypted with."""
    json: Flag = False
    """Print one JSON object."""

    def run(self) -> None:
        """Write the files and print the comparison; exits with 1 where it does not hold."""
        from experiments.files.export import export, export_text

        report = export(self.bundle, self.to, self.output, self.key)
        print(json.dumps(report.to_record()) if self.json else export_text(report))
        if report.agreement is not None and not report.agreement.holds:
            sys.exit(1)
