"""Teachers that the user brings: an ONNX or Keras file, a SavedModel, or a Python function that builds a model."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from distill.brought.builder import open_built
from distill.brought.keras_file import open_keras
from distill.brought.onnx_file import open_onnx
from distill.brought.opened_model import Opened, short
from distill.brought.saved_model import open_saved_model
from distill.brought.teacher_input import InputRange, TeacherInput, teacher_input
from distill.errors import TeacherRefused

# How many input numbers a teacher is given at once: 111 pictures of 224x224x3.
_PIECE = 2**24


@dataclass(frozen=True, kw_only=True, eq=False)
class BroughtTeacher:
    """A teacher for pixels 0..255. It answers once `mismatch.check_teacher` has settled its range and its outputs."""

    digest: str
    """SHA-256 of what was brought, without its settings."""
    description: str
    """Format, input and number of outputs, in one line."""
    takes: TeacherInput
    outputs: int
    """How many classes it tells apart, which may be more than the data have."""
    classes: int
    """Classes of the data."""
    run: Callable[[np.ndarray], dict[str, np.ndarray]]
    """From images as it takes them to "logits" and features, before any settling."""
    input_range: InputRange | None = None
    """What it takes for pixels of 0 and 255; None is not settled."""
    class_order: tuple[int, ...] | None = None
    """Its output for each class of the data; None takes all, in order."""
    probabilities: bool = False
    """Whether its outputs are probabilities, to be turned into logits."""

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
        size = self.takes.batch or max(1, _PIECE // (self.takes.height * self.takes.width * self.takes.channels))
        pieces = []
        for start in range(0, len(pixels), size):
            piece = np.asarray(pixels[start : start + size], np.float32)
            images = self.takes.prepared(piece, input_range)
            missing = (self.takes.batch or len(piece)) - len(piece)
            images = np.concatenate([images, np.repeat(images[-1:], missing, axis=0)]) if missing else images
            pieces.append({name: np.asarray(array)[: len(piece)] for name, array in self.run(images).items()})
        answers = {name: np.concatenate([each[name] for each in pieces]).astype(np.float32) for name in pieces[0]}
        # (batch, outputs, 1, 1) is how fully convolutional nets end.
        return {**answers, "logits": answers["logits"].reshape(len(pixels), -1)}

    def check_class_order(self, class_order: tuple[int, ...]) -> None:
        """Raise `TeacherRefused` unless the order names one output for each class of the data, all different."""
        known = set(range(self.outputs))
        if len(class_order) != self.classes or len(set(class_order)) < self.classes or not set(class_order) <= known:
            raise TeacherRefused(
                f"--teacher.class-order {' '.join(map(str, class_order))} names {len(class_order)} outputs; allowed: "
                f"{self.classes}, one for each class of the data, all different, from 0 to {self.outputs - 1}"
            )

    @property
    def settled_digest(self) -> str:
        """Digest of what was brought and how it is asked: another range or class order gives other logits."""
        settings = [self.digest, self.input_range, self.class_order, self.probabilities]
        return hashlib.sha256(json.dumps(settings).encode()).hexdigest()


def open_teacher(
    source: str,
    *,
    input_shape: tuple[int, int, int],
    classes: int,
    weights: str | None = None,
    trust: bool = False,
    features: tuple[str, ...] = (),
    input_range: InputRange | None = None,
    class_order: tuple[int, ...] | None = None,
) -> BroughtTeacher:
    """Open a teacher and ask it once, of grey pictures, so that what cannot run fails here.

    Args:
        source: a .onnx, .keras or .h5 file, a SavedModel folder, or `module:function` or `path/to/file.py:function`
            naming a builder in the style of `keras.applications`.
        input_shape: height, width and channels of the data.
        classes: classes of the data.
        weights: for a builder: a file of weights, or a name that it knows, such as "imagenet".
        trust: load what can run code of its author: SavedModels, Lambda layers, classes that Keras does not ship.
        features: also give "pooled", "map" or a layer (Keras models, see `taps`), or named outputs (ONNX, SavedModel).
        input_range, class_order: where they are known; `mismatch.check_teacher` finds the one and checks the other.

    Raises:
        TeacherRefused: the source is unknown, damaged, not to be trusted, or no classifier of images.
    """
    opened = _opened(source, weights, trust, input_shape, classes, class_order, features)
    try:
        takes = teacher_input(opened.dims, opened.dtype, input_shape, channels_first=opened.channels_first)
        if input_range is not None:
            takes.check_range(input_range)
    except ValueError as error:
        raise TeacherRefused(f"the teacher {source}: {error}") from error
    teacher = BroughtTeacher(
        digest=opened.digest,
        description=opened.kind,
        takes=takes,
        outputs=0,
        classes=classes,
        run=opened.run,
        input_range=input_range,
        class_order=class_order,
    )
    grey = np.full((2, *input_shape), 128, np.float32)
    try:
        outputs = teacher.raw(grey, takes.usual_ranges()[0])["logits"].shape[1]
    except Exception as error:
        raise TeacherRefused(f"the teacher {source} does not answer to images {takes}: {short(error)}") from error
    description = f"{opened.kind}, input {takes}, {outputs} outputs"
    teacher = replace(teacher, outputs=outputs, description=description)
    if class_order is not None:
        teacher.check_class_order(class_order)
    return teacher


def _opened(source, weights, trust, input_shape, classes, class_order, features) -> Opened:
    path = Path(source).expanduser()
    if ":" in source and not path.exists():
        return open_built(
            source,
            weights=weights,
            input_shape=input_shape,
            classes=classes,
            class_order=class_order,
            features=features,
        )
    if weights is not None:
        raise TeacherRefused(f"--teacher.weights {weights} goes with a function, module:function; {source} is none")
    if not path.exists():
        raise TeacherRefused(f"there is no {source}; {_ALLOWED}")
    if (path / "saved_model.pb").is_file():
        if not trust:
            raise TeacherRefused(
                f"{source} is a SavedModel: TensorFlow graphs can read and write files as they are loaded and run. "
                "Say --teacher.trust if you trust its author, or export the model to ONNX, which is data"
            )
        return open_saved_model(path, classes=classes, features=features)
    if path.suffix not in _OPENERS or not path.is_file():
        raise TeacherRefused(f"{source} is not of a kind that can be opened; {_ALLOWED}")
    return _OPENERS[path.suffix](path, trust=trust, classes=classes, features=features)


_OPENERS = {".onnx": open_onnx, ".keras": open_keras, ".h5": open_keras, ".hdf5": open_keras}
_ALLOWED = (
    f"allowed: a file that ends in {', '.join(_OPENERS)}, a SavedModel folder, or a function that builds a Keras "
    "model, as module:function or path/to/file.py:function, or .npy logits; a PyTorch model becomes .onnx by "
    "torch.onnx.export"
)
