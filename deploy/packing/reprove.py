"""Proving a bundle again on any machine, with nothing but LiteRT and the bundle itself."""

import io
import zipfile
from collections import Counter
from dataclasses import dataclass

import numpy as np

from deploy.bundle.bundle import LABELS_FILE, Bundle
from deploy.bundle.preprocessing import Preprocessing
from deploy.digests import sha256_of
from deploy.proof.accuracy import accuracy
from deploy.proof.checks import Check, Checked
from deploy.proof.parity import TIE_STEPS, steps_behind
from deploy.tflite import runtime
from deploy.tflite.audit import audit

_LONGEST = 1_000_000
"""Bytes of labels that are read."""


@dataclass(frozen=True, kw_only=True)
class Reproof(Checked):
    """The checks of a bundle on this machine."""

    sha256: str
    size_bytes: int
    test_accuracy: float
    """From the proof, on `test_examples`: the test split is not in the bundle."""
    test_examples: int
    known_examples: int
    known_accuracy: float
    """Of the file, here, on the bundle's known answers."""
    differences: dict[int, int]
    """Count of outputs by their distance, in steps, from those of the proof."""


def reprove(bundle: Bundle, further: tuple[Check, ...] = ()) -> Reproof:
    """Check a bundle's model against its own proof, labels, preprocessing and known answers.

    Args:
        further: checks that were made elsewhere.
    """
    proof, answers, model_bytes = bundle.proof, bundle.answers, bundle.model_bytes
    digest = sha256_of(model_bytes)
    outputs = runtime.run(model_bytes, answers.pixels, (bundle.preprocessing.low, bundle.preprocessing.high))
    apart = np.abs(outputs.astype(np.float64) - answers.outputs)
    checks = (
        Check(
            name="proof",
            passed=bool(proof["passed"]) and (digest, len(model_bytes)) == (proof["sha256"], proof["size_bytes"]),
            detail=f"{'passed' if proof['passed'] else 'FAILED'}, of the file with SHA-256 {proof['sha256']}",
        ),
        _labels_check(bundle),
        _preprocessing_check(bundle),
        _operators_check(model_bytes, proof["operators"]),
        _size_check(len(model_bytes), bundle.origin["budget"].get("size_bytes")),
        _answers_check(answers.outputs, outputs, apart),
        *further,
    )
    return Reproof(
        sha256=digest,
        size_bytes=len(model_bytes),
        test_accuracy=proof["test_accuracy"],
        test_examples=proof["test_examples"],
        known_examples=len(outputs),
        known_accuracy=accuracy(outputs, answers.labels),
        differences=dict(sorted(Counter(np.ceil(apart).astype(int).ravel().tolist()).items())),
        checks=checks,
    )


def _labels_check(bundle: Bundle) -> Check:
    try:
        with zipfile.ZipFile(io.BytesIO(bundle.model_bytes)) as inside, inside.open(LABELS_FILE) as content:
            labels = tuple(content.read(_LONGEST).decode().split("\n"))
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        return Check(name="labels", passed=False, detail=f"the file's metadata has none that can be read ({error})")
    same = labels == bundle.labels
    detail = f"{len(labels)} in the file's metadata, {'the same' if same else 'OTHERS'} in {LABELS_FILE}"
    return Check(name="labels", passed=same, detail=detail)


def _preprocessing_check(bundle: Bundle) -> Check:
    recorded = bundle.preprocessing
    actual = Preprocessing.of(
        bundle.model_bytes, (recorded.low, recorded.high), recorded.rendering, recorded.activation
    )
    return Check(
        name="preprocessing",
        passed=actual == recorded,
        detail=f"shape, scales and levels {'are' if actual == recorded else 'are NOT'} the file's",
    )


def _operators_check(model_bytes: bytes, proven: dict[str, int]) -> Check:
    file_audit = audit(model_bytes)
    delegated = "XNNPACK runs the whole graph" if file_audit.whole_graph_delegated else "XNNPACK left operators out"
    return Check(
        name="operators",
        passed=file_audit.operators == proven,
        detail=f"{sum(file_audit.operators.values())} here, {sum(proven.values())} proven; {delegated}",
    )


def _size_check(size_bytes: int, limit: float | None) -> Check:
    detail = f"{size_bytes:,} bytes" + (" without a limit" if limit is None else f" of {limit:,.0f}")
    return Check(name="budget", passed=limit is None or size_bytes <= limit, detail=detail)


def _answers_check(proven: np.ndarray, outputs: np.ndarray, apart: np.ndarray) -> Check:
    """Processors round alike where XNNPACK runs the whole graph; elsewhere tied classes may change places."""
    if not apart.any():
        return Check(name="answers", passed=True, detail=f"all of {len(outputs)} are the same, bit by bit")
    here = outputs.argmax(axis=1)
    behind = steps_behind(proven, here)
    return Check(
        name="answers",
        passed=bool(np.all(behind <= TIE_STEPS)),
        detail=f"{np.count_nonzero(here == proven.argmax(axis=1))} of {len(outputs)} name the same class, the others "
        f"one that is up to {behind.max():g} steps behind; outputs are up to {apart.max():g} steps apart",
    )
