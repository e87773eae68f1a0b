"""The command `potstill prove`."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from experiments.commands.arguments import File, Flag


@dataclass(frozen=True, kw_only=True)
class Prove:
    """Prove a bundle again, on any machine; or any .tflite against an experiment.

    A bundle is held against its manifest, its proof and its known answers, offline. With an experiment the file runs on
    the whole test split: accuracy, budget, operators, dtypes.
    """

    file: File
    """A bundle (a folder or a .zip), or a .tflite file."""
    experiment: str | None = None
    """The experiment whose data set and budget it is held against: a name or a .py file."""
    key: Path | None = None
    """File of the key that a bundle's weights are encrypted with."""
    public_key: Path | None = None
    """File of the public key that a bundle must be signed by."""
    json: Flag = False
    """Print one JSON object."""

    def run(self) -> None:
        """Print the proof; exits with 1 where a check failed."""
        from experiments.commands.catalogue import find
        from experiments.files.reproof import proof_text, prove_again

        experiment = None if self.experiment is None else find(self.experiment)
        proof = prove_again(self.file, experiment, self.key, self.public_key)
        print(json.dumps(proof.to_record()) if self.json else f"{self.file}: {proof_text(proof)}")
        if not proof.passed:
            sys.exit(1)
