"""A brought teacher: a function from pixels to logits, with the settings of its input and outputs."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from distill.brought.teacher_input import InputRange, TeacherInput
from distill.errors import TeacherRefused

# Values in an input batch: 111 pictures of 224x224x3.
_BATCH_VALUES = 2**24


@dataclass(frozen=True, kw_only=True, eq=False)
class BroughtTeacher:
    """A teacher for pixels 0..255. It can be called once `check_teacher` has settled its input range and outputs."""

    digest: str
    """SHA-256 of the brought files or weights, without the settings below."""
    description: str
    """Format, input and number of outputs, in one line."""
    takes: TeacherInput
    outputs: int
    """Number of its outputs, which may be more than the classes of the data."""
    classes: int
    """Classes of the data."""
    run: Callable[[np.ndarray], dict[str, np.ndarray]]
    """From images in its input format to its own outputs, "logits" and features."""
    graph: Callable[[Any], Any] | None = None
    """`run` in operations of TensorFlow, from a tensor of images to its own outputs; None where others compute."""
    input_range: InputRange | None = None
    """Values of its input for pixels 0 and 255; None is not settled."""
    class_order: tuple[int, ...] | None = None
    """Its output for each class of the data; None takes all, in order."""
    probabilities: bool = False
    """True where its outputs are probabilities, to be turned into logits."""

    def __call__(self, pixels: np.ndarray) -> dict[str, np.ndarray]:
        """From float32 pixels 0..255 (batch, height, width, channels) to "logits" (batch, classes) and features."""
        if self.input_range is None:
            raise TeacherRefused("the teacher's input range is not settled; let check_teacher find it, or give it")
        answers = self.raw(pixels, self.input_range)
        return {**answers, "logits": self.as_logits(answers["logits"])}

    def as_logits(self, answers: np.ndarray) -> np.ndarray:
        """Logits of the data's classes (batch, classes), from the teacher's own answers (batch, outputs)."""
        chosen = answers if self.class_order is None else answers[:, list(self.class_order)]
        return np.log(np.maximum(chosen, 1e-7)) if self.probabilities else chosen

    def raw(self, pixels: np.ndarray, input_range: InputRange) -> dict[str, np.ndarray]:
        """The teacher's own answers in float32, "logits" of shape (batch, outputs), for pixels brought to a range."""
        size = self.takes.batch or max(1, _BATCH_VALUES // (self.takes.height * self.takes.width * self.takes.channels))
        batches = []
        for start in range(0, len(pixels), size):
            batch = np.asarray(pixels[start : start + size], np.float32)
            images = self.takes.prepared(batch, input_range)
            missing = (self.takes.batch or len(batch)) - len(batch)
            images = np.concatenate([images, np.repeat(images[-1:], missing, axis=0)]) if missing else images
            batches.append({name: np.asarray(array)[: len(batch)] for name, array in self.run(images).items()})
        answers = {name: np.concatenate([batch[name] for batch in batches]).astype(np.float32) for name in batches[0]}
        # Fully convolutional nets have outputs of shape (batch, outputs, 1, 1).
        return {**answers, "logits": answers["logits"].reshape(len(pixels), -1)}

    def check_class_order(self, class_order: tuple[int, ...]) -> None:
        """Raise `TeacherRefused` unless the order names one output for each class of the data, all different."""
        outputs = set(range(self.outputs))
        if len(class_order) != self.classes or len(set(class_order)) < self.classes or not set(class_order) <= outputs:
            raise TeacherRefused(
                f"--teacher.class-order {' '.join(map(str, class_order))} names {len(class_order)} outputs; allowed: "
                f"{self.classes}, one for each class of the data, all different, from 0 to {self.outputs - 1}"
            )

    @property
    def settled_digest(self) -> str:
        """Digest of the brought files or weights and the settings: another range or class order gives other logits."""
        settings = [self.digest, self.input_range, self.class_order, self.probabilities]
        return hashlib.sha256(json.dumps(settings).encode()).hexdigest()
