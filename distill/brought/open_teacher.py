"""Opening a brought teacher: an ONNX or Keras file, a SavedModel, or a Python function that builds a model."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from distill.brought.brought_teacher import BroughtTeacher
from distill.brought.builder import open_built
from distill.brought.keras_file import open_keras
from distill.brought.onnx_file import open_onnx
from distill.brought.opened_model import OpenedModel, short
from distill.brought.saved_model import open_saved_model
from distill.brought.teacher_input import InputRange, teacher_input
from distill.errors import TeacherRefused


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
    """Open a teacher and run it once on grey pictures, so that one that cannot run is refused here.

    Args:
        source: a .onnx, .keras or .h5 file, a SavedModel folder, or `module:function` or `path/to/file.py:function`
            naming a builder in the style of `keras.applications`.
        input_shape: height, width and channels of the data.
        classes: classes of the data.
        weights: for a builder: a file of weights, or a name that it accepts, such as "imagenet".
        trust: load files that can run code of their author: SavedModels, Lambda layers, classes that Keras does not
            ship.
        features: further outputs: "pooled", "map" or a layer (Keras models, see `with_features`), or named outputs
            (ONNX, SavedModel).
        input_range, class_order: None where unknown; `check_teacher` determines the range and checks the order.

    Raises:
        TeacherRefused: the source is unknown, damaged, not to be trusted, or no classifier of images.
    """
    if ":" in source and not Path(source).expanduser().exists():
        opened = open_built(
            source,
            weights=weights,
            input_shape=input_shape,
            classes=classes,
            class_order=class_order,
            features=features,
        )
    elif weights is not None:
        raise TeacherRefused(f"--teacher.weights {weights} goes with a function, module:function; {source} is none")
    else:
        opened = _open_path(source, trust=trust, classes=classes, features=features)
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
        graph=opened.graph,
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


def _open_path(source: str, *, trust: bool, classes: int, features: tuple[str, ...]) -> OpenedModel:
    path = Path(source).expanduser()
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
