"""Proof of a bundle or a file, repeated long after the run that made it."""

from dataclasses import replace
from pathlib import Path

from deploy.bundle.bundle import Bundle, BundleDamaged
from deploy.cost import CostReport
from deploy.packing.archive import read_any
from deploy.packing.encryption import read_key, unlocked
from deploy.packing.folder import SIGNATURE_FILE
from deploy.packing.reprove import Reproof, reprove
from deploy.packing.signing import require_signed
from deploy.proof.checks import Check
from deploy.proof.evidence import Evidence
from deploy.proof.prove import Proof, prove
from deploy.tflite import model_io, runtime
from deploy.tflite.quarantine import quarantine
from experiments.devices import inventory
from experiments.errors import UserError
from experiments.experiment import Experiment
from experiments.files.reading import is_bundle, read_model
from experiments.reports import compression
from experiments.run.frameworks import quiet_libraries, require_legacy_keras


def prove_again(
    path: Path, experiment: Experiment | None, key: Path | None, public_key: Path | None
) -> Proof | Reproof:
    """Prove a bundle by itself, or the model of a path against an experiment.

    Args:
        key: the file of the key that a bundle's weights are encrypted with.
        public_key: the file of the key that a bundle must be signed by.

    Raises:
        BundleDamaged, BundleRefused: a bundle that is not as its manifest says, or that these keys do not open.
        FileRefused: a model that is none.
        UserError: a .tflite without an experiment, or a path that cannot be read.
    """
    if not is_bundle(path):
        content = read_model(path)
        if experiment is None:
            raise UserError(f"{path} is no bundle: say with --experiment what it is held against, such as digits")
        return prove_file(content, experiment)
    files = read_any(path)
    if public_key is not None:
        require_signed(files, public_key)
        signature = Check(name="signature", passed=True, detail=f"by the key of {public_key}")
    else:
        detail = "there is one; --public-key checks it" if SIGNATURE_FILE in files else "there is none"
        signature = Check(name="signature", passed=None, detail=detail)
    bundle = Bundle.from_files(unlocked(files, read_key(key) if key else None))
    with quarantine() as require_harmless:
        require_harmless(bundle.model_bytes)
    if experiment is not None:
        return prove_file(bundle.model_bytes, experiment)
    try:
        return reprove(bundle, (signature,))
    except (KeyError, TypeError) as error:
        raise BundleDamaged(f"proof.json or about.json lacks {error}; pull the bundle again") from error


def proof_text(proof: Proof | Reproof) -> str:
    """A proof for people."""
    if isinstance(proof, Proof):
        return compression.proof_text(proof)
    return (
        f"{proof.test_accuracy:.2%} on {proof.test_examples:,} test examples when it was made, "
        f"{proof.known_accuracy:.2%} of {proof.known_examples} known answers here, {proof.size_bytes:,} bytes\n"
        + compression.checks_text(proof.checks)
    )


def prove_file(model_bytes: bytes, experiment: Experiment) -> Proof:
    """Hold a file against an experiment's test split and budget.

    Parity is left unchecked, since the Keras model is not at hand; so are limits on MACs and RAM, which a file does not
    tell, and on latency where the device is a table. Raises `FileRefused` for bytes that are no student.
    """
    model_io.signature(runtime.load(model_bytes))
    from experiments.data.load import load_test

    require_legacy_keras()
    quiet_libraries()
    with inventory.opened(experiment.device, inventory.tell) as device:
        latency = inventory.measured(device, model_bytes)
    test = load_test(experiment.data)
    cost = replace(
        CostReport.unknown(experiment.device),
        size_bytes=len(model_bytes),
        latency_ms=latency and latency.median_ms,
    )
    return prove(
        model_bytes,
        test=test,
        budget=replace(experiment.budget, macs=None, peak_ram_bytes=None, **({} if latency else {"latency_ms": None})),
        cost=cost,
        evidence=Evidence(latency=latency, parity=None),
    )
