"""The most accurate proven student inside limits, handed over as its bundle."""

from dataclasses import dataclass
from pathlib import Path

from deploy.bundle.bundle import MANIFEST_FILE, MODEL_FILE
from deploy.compress.choice import best_file
from deploy.digests import sha256_of
from deploy.files import atomic
from deploy.packing.archive import pack
from deploy.packing.encryption import locked, read_key
from deploy.packing.folder import read_bundle, require_free, with_manifest, write_bundle
from deploy.packing.signing import signed
from experiments.errors import UserError
from experiments.run import tracking
from experiments.run.proven_files import ProvenFile, download_bundle, proven_files

_NEAREST = 3


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Limits on the files to choose from; None is no limit."""

    latency_ms: float | None = None
    size_kb: float | None = None
    """In kB of 1,000 bytes."""
    device: str | None = None
    """Only files whose latency is of this device."""

    def excess(self, file: ProvenFile) -> float:
        """The largest ratio of a figure to its limit: at most 1 for a file inside the limits."""
        return max(
            file.latency_ms / self.latency_ms if self.latency_ms else 0.0,
            file.size_bytes / (1000 * self.size_kb) if self.size_kb else 0.0,
        )

    def __str__(self):
        limits = [f"{self.latency_ms} ms" if self.latency_ms else "", f"{self.size_kb} kB" if self.size_kb else ""]
        return " and ".join(filter(None, limits))


def pull(
    experiment: str,
    limits: Limits,
    output: Path,
    *,
    sign: Path | None = None,
    encrypt: Path | None = None,
    script: str | None = None,
) -> ProvenFile:
    """Write the best bundle to `output`; returns its file's figures. A .zip is an archive, a .tflite the model alone.

    The best is the one that a run would ship: the most accurate on validation, within 0.1 point the smaller download,
    within 1 % the faster; the test split chooses nothing. Files of all finished finalists of the experiment are
    candidates, whatever run they are from, or those whose latency is of one device.

    Args:
        sign: a private key that signs the bundle.
        encrypt: the file of a key that the weights are encrypted with.
        script: the .py file that the experiment is launched from; None is one that comes with Potstill.

    Raises:
        UserError: no candidate, or none inside the limits (names the nearest); a limit on latencies of several devices;
            output that cannot be written.
    """
    kind = output.suffix.lower() if output.suffix.lower() in (".zip", ".tflite") else "folder"
    if kind == ".tflite" and (sign or encrypt):
        raise UserError("a bundle is signed and encrypted, and not its .tflite alone; give --output a folder or a .zip")
    if kind == "folder":
        require_free(output)
    key = read_key(encrypt) if encrypt else None
    client = tracking.connect()
    best = _best(experiment, proven_files(client, experiment), limits, script or experiment)
    files = read_bundle(download_bundle(client, best.run_id))
    digest = sha256_of(files[MODEL_FILE])
    if digest != best.sha256:
        raise UserError(
            f"the file of run {best.run_id} has SHA-256 {digest}, but {best.sha256} was proven; "
            "its artifact was changed: do not use it"
        )
    if key:
        del files[MANIFEST_FILE]
        files = with_manifest(locked(files, key))
    if sign:
        files = signed(files, sign)
    try:
        if kind == "folder":
            write_bundle(output, files)
        else:
            with atomic(output) as partial:
                partial.write_bytes(pack(files) if kind == ".zip" else files[MODEL_FILE])
    except OSError as error:
        raise UserError(f"cannot write {output} ({error.strerror}); give --output another place") from error
    return best


def _best(experiment: str, candidates: list[ProvenFile], limits: Limits, launch: str) -> ProvenFile:
    """The candidate inside the limits that a run would ship, by `best_file`. Raises `UserError`."""
    if not candidates:
        raise UserError(
            f"no proven file of experiment {experiment!r} in {tracking.tracking_uri()}; "
            f"run `potstill run {launch}` first"
        )
    devices = sorted({file.device for file in candidates})
    if limits.device is not None and limits.device not in devices:
        raise UserError(
            f"no file of {experiment!r} has a latency of {limits.device}; there are some of: {', '.join(devices)}"
        )
    if limits.device is None and limits.latency_ms is not None and len(devices) > 1:
        raise UserError(
            f"files of {experiment!r} have latencies of {', '.join(devices)}: say which --device the limit is for"
        )
    candidates = [file for file in candidates if limits.device in (None, file.device)]
    inside = [file for file in candidates if limits.excess(file) <= 1]
    if not inside:
        nearest = "; ".join(
            f"{file.size_bytes / 1000:.1f} kB, {file.latency_ms:.4f} ms on {file.device}, "
            f"{file.validation_accuracy:.2%} on validation"
            for file in sorted(candidates, key=limits.excess)[:_NEAREST]
        )
        raise UserError(f"no proven file of {experiment!r} within {limits}; nearest: {nearest}")
    return best_file(inside)
