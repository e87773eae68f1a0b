"""The command `potstill pull`."""

import json
from dataclasses import dataclass
from pathlib import Path

from experiments.commands.arguments import Flag, Name
from experiments.errors import UserError


@dataclass(frozen=True, kw_only=True)
class Pull:
    """Fetch the best proven student of an experiment inside the limits, as a bundle, its digests checked."""

    name: Name
    """The experiment: its name, or its .py file."""
    max_latency_ms: float | None = None
    """Slowest file to accept, in milliseconds on the experiment's device; None is no limit."""
    max_size_kb: float | None = None
    """Largest file to accept, in kB of 1,000 bytes; None is no limit."""
    device: str | None = None
    """Take only files whose latency is of this device; None takes all."""
    output: Path = Path("bundle")
    """A new folder for the bundle; a name in .zip makes it an archive, one in .tflite the model alone."""
    sign: Path | None = None
    """File of a private key (elliptic curve P-256, PEM) that signs the bundle."""
    encrypt: Path | None = None
    """File of a key (32 bytes, or 64 hexadecimal digits) that the weights are encrypted with."""
    json: Flag = False
    """Print one JSON object."""

    def run(self) -> None:
        """Write the bundle and print the figures of its file."""
        from experiments.commands.catalogue import run_name
        from experiments.files.pull import Limits, pull
        from experiments.reports.summary import latency_text

        for flag, limit in (("--max-latency-ms", self.max_latency_ms), ("--max-size-kb", self.max_size_kb)):
            if limit is not None and not limit > 0:
                raise UserError(f"{flag} is {limit}: it must be above 0; leave it out for no limit")
        limits = Limits(latency_ms=self.max_latency_ms, size_kb=self.max_size_kb, device=self.device)
        file = pull(run_name(self.name), limits, self.output, sign=self.sign, encrypt=self.encrypt, script=self.name)
        if self.json:
            print(json.dumps({"output": str(self.output), **file.to_record()}))
            return
        print(
            f"{self.output}: {file.accuracy:.2%} on the test split, {file.size_bytes:,} bytes, "
            f"{latency_text(file.latency_ms, file.latency_source)} on {file.device}\n"
            f"SHA-256 {file.sha256}, MLflow run {file.run_id}"
        )
