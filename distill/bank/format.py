"""Encoding of outputs in a bank: float16, and of many classes only the largest logits with the mass of the rest."""

import numpy as np


def encode(outputs: dict[str, np.ndarray], top_k: int) -> dict[str, np.ndarray]:
    """Outputs as they are stored, all float16 but for class numbers.

    Of more than `top_k` logits (batch, classes), "logits" has the largest in falling order, "classes" (uint16) their
    class numbers, and "tail" (batch,) the logarithm of the summed exponentials of all others.
    """
    features = {name: _half(array) for name, array in outputs.items() if name != "logits"}
    logits = outputs["logits"]
    if logits.shape[1] <= top_k:
        return {"logits": _half(logits), **features}
    order = np.argsort(-logits, axis=1, kind="stable")
    rest = np.take_along_axis(logits, order[:, top_k:], axis=1)
    top = rest.max(axis=1, keepdims=True)
    tail = top[:, 0] + np.log(np.exp(rest - top).sum(axis=1))
    largest = np.take_along_axis(logits, order[:, :top_k], axis=1)
    return {"logits": _half(largest), "classes": order[:, :top_k].astype(np.uint16), "tail": _half(tail), **features}


def decode(stored: dict[str, np.ndarray], classes: int) -> dict[str, np.ndarray]:
    """Outputs in float32; classes that were not stored share the tail's mass evenly."""
    outputs = {name: array.astype(np.float32) for name, array in stored.items() if name not in ("classes", "tail")}
    if "tail" in stored:
        largest = outputs["logits"]
        even = stored["tail"].astype(np.float32)[:, None] - np.log(classes - largest.shape[1])
        outputs["logits"] = np.repeat(even, classes, axis=1).astype(np.float32)
        np.put_along_axis(outputs["logits"], stored["classes"].astype(np.int64), largest, axis=1)
    return outputs


def _half(array: np.ndarray) -> np.ndarray:
    return np.clip(array, -6e4, 6e4).astype(np.float16)
