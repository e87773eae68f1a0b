"""Content of the page beside the bundle's own JavaScript: the proof's figures and some known answers."""

import base64

import numpy as np

from deploy.bundle.bundle import Bundle
from deploy.tflite import model_io, runtime

_EXAMPLES = 24


def shown(bundle: Bundle) -> dict:
    """As JSON values: facts about the file, and some of its known answers, each class by turns.

    Facts that the bundle's records lack are None. Logits are in float32, as the file gives them.
    """
    answers = bundle.answers
    proof, origin = (_record(bundle, name) for name in ("proof", "about"))
    logits = model_io.logits(answers.outputs, model_io.signature(runtime.load(bundle.model_bytes)))
    teacher = answers.teacher_logits
    return {
        "name": origin.get("name"),
        "dataset": origin.get("dataset"),
        "test_accuracy": proof.get("test_accuracy"),
        "size_bytes": proof.get("size_bytes", len(bundle.model_bytes)),
        "examples": [
            {
                "pixels": base64.b64encode(answers.pixels[number].tobytes()).decode(),
                "label": int(answers.labels[number]),
                "logits": logits[number].tolist(),
                "teacher_logits": None if teacher is None else teacher[number].tolist(),
            }
            for number in _by_turns(answers.labels)[:_EXAMPLES]
        ],
    }


def _record(bundle: Bundle, name: str) -> dict:
    record = bundle.records.get(name)
    return record if isinstance(record, dict) else {}


def _by_turns(labels: np.ndarray) -> list[int]:
    """Numbers of examples: the first of each class, then the second of each, and so on."""
    seen: dict[int, int] = {}
    turns = []
    for number, label in enumerate(labels.tolist()):
        seen[label] = seen.get(label, 0) + 1
        turns.append((seen[label], label, number))
    return [number for _, _, number in sorted(turns)]
