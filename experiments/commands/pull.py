"""Handing over the most accurate proven student inside limits, as its bundle."""

import hashlib
from pathlib import Path

from deploy.bundle.bundle import MANIFEST_FILE, MODEL_FILE
from deploy.packing.archive import pack
from deploy.packing.encryption import locked, read_key
from deploy.packing.folder import read_bundle, require_free, with_manifest, write_bundle
from deploy.packing.signing import signed
from experiments.errors import UserError
from experiments.run import registry, tracking

_NEAREST = 3


def pull(
    experiment: str,
    *,
    max_latency_ms: float | None,
    max_size_kb: float | None,
    device: str | None,
    output: Path,
    sign: Path | None = None,
    encrypt: Path | None = None,
) -> dict:
    """Write the best bundle to `output`; returns its figures. A .zip is an archive of it, a .tflite the model alone.

    The best is the most accurate on validation; the test split chooses nothing. Files of all finished finalists of the
    experiment are candidates, whatever run they are from, or those whose latency is of one device.

    Args:
        sign: a private key that signs the bundle.
        encrypt: the file of a key that the weights are encrypted with.

    Raises:
        UserError: no candidate, or none inside the limits (names the nearest); a limit on latencies of several devices;
            output that cannot be written.
    """
    kind = output.suffix.lower() if output.suffix.lower() in (".zip", ".tflite") else "folder"
    if kind == ".tflite" and (sign or encrypt):
        raise UserError("a bundle is signed and encrypted, and not its .tflite alone; give --output a folder or a .zip")
    if kind == "folder":
        require_free(output)
    key = encrypt and read_key(encrypt)
    client = tracking.connect()
    candidates = [_figures(run) for run in registry.finalists(client, experiment)]
    if not candidates:
        raise UserError(
            f"no proven file of experiment {experiment!r} in {tracking.tracking_uri()}; "
            f"run `potstill run {experiment}` first"
        )
    names = sorted({file["device"] for file in candidates})
    if device is not None and device not in names:
        raise UserError(f"no file of {experiment!r} has a latency of {device}; there are some of: {', '.join(names)}")
    if device is None and max_latency_ms is not None and len(names) > 1:
        raise UserError(
            f"files of {experiment!r} have latencies of {', '.join(names)}: say which --device the limit is for"
        )
    candidates = [file for file in candidates if device in (None, file["device"])]

    def excess(file: dict) -> float:
        over_latency = file["latency_ms"] / max_latency_ms if max_latency_ms else 0.0
        over_size = file["size_bytes"] / (1000 * max_size_kb) if max_size_kb else 0.0
        return max(over_latency, over_size)

    inside = [file for file in candidates if excess(file) <= 1]
    if not inside:
        nearest = "; ".join(
            f"{f['size_bytes'] / 1000:.1f} kB, {f['latency_ms']:.4f} ms on {f['device']}, "
            f"{f['validation_accuracy']:.2%} on validation"
            for f in sorted(candidates, key=excess)[:_NEAREST]
        )
        asked = [f"{max_latency_ms} ms" if max_latency_ms else "", f"{max_size_kb} kB" if max_size_kb else ""]
        raise UserError(
            f"no proven file of {experiment!r} within {' and '.join(filter(None, asked))}; nearest: {nearest}"
        )
    best = min(inside, key=lambda f: (-f["validation_accuracy"], f["latency_ms"], f["size_bytes"]))
    files = read_bundle(registry.download_bundle(client, best["run_id"]))
    found = hashlib.sha256(files[MODEL_FILE]).hexdigest()
    if found != best["sha256"]:
        raise UserError(
            f"the file of run {best['run_id']} has SHA-256 {found}, but {best['sha256']} was proven; "
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
            _write(output, pack(files) if kind == ".zip" else files[MODEL_FILE])
    except OSError as error:
        raise UserError(f"cannot write {output} ({error.strerror}); give --output another place") from error
    return {"output": str(output), **best}


def _write(output: Path, content: bytes) -> None:
    """Write a file; what stops it leaves nothing behind."""
    partial = output.with_name(f".{output.name}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(output)
    except OSError:
        partial.unlink(missing_ok=True)
        raise


def _figures(run) -> dict:
    metrics, tags = run.data.metrics, run.data.tags
    # A file that its device could not measure has only the prediction.
    latency, source = next(
        (name, source)
        for source in ("measured", "estimated")
        for name in metrics
        if name.startswith(f"{source}_") and name.endswith("_latency_ms")
    )
    return {
        "accuracy": metrics["file_test_accuracy"],
        "validation_accuracy": metrics["file_validation_accuracy"],
        "size_bytes": int(metrics["measured_size_bytes"]),
        "latency_ms": metrics[latency],
        "latency_source": source,
        "device": latency.removeprefix(f"{source}_").removesuffix("_latency_ms"),
        "sha256": tags["potstill.sha256"],
        "run_id": run.info.run_id,
        "trial": tags["potstill.trial"],
    }
