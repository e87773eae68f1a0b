"""Teachers from Keras files: .keras and .h5, of tf_keras or Keras 3."""

from pathlib import Path

from distill.brought.opened_model import OpenedModel, digest_of, short, wrap_keras_model
from distill.brought.trust import inspect_keras_file
from distill.errors import TeacherRefused


def open_keras(path: Path, *, trust: bool, classes: int, features: tuple[str, ...]) -> OpenedModel:
    """Open a model file by the Keras that wrote it.

    Raises:
        TeacherRefused: it would run code and is not trusted, is damaged, or is no classifier of images.
    """
    file = inspect_keras_file(path)
    if file.suspects and not trust:
        raise TeacherRefused(
            f"{path} would run code that Keras does not vouch for: {'; '.join(file.suspects)}. A model file is code: "
            "loading it would run what its author put in. Say --teacher.trust if you trust its author, "
            "or export the model to ONNX, which is data"
        )
    if file.keras_3:
        import keras
    else:
        import tf_keras as keras
    try:
        model = keras.models.load_model(path, compile=False, safe_mode=not trust)
    except Exception as error:
        hint = "It may be damaged, or use what its format cannot keep: save it anew as .keras, or export it to ONNX"
        if file.suspects:
            hint = (
                f"It has {'; '.join(file.suspects)}: such classes must be importable, so name a function that imports "
                "them and builds the model, as path/to/file.py:function, and give this file as --teacher.weights; "
                "or export the model to ONNX"
            )
        raise TeacherRefused(
            f"{path}, written by Keras {file.keras_version}, cannot be loaded by {keras.__name__} "
            f"{keras.__version__}: {short(error)}. {hint}"
        ) from error
    kind = f"{path.suffix} of {keras.__name__} {file.keras_version}"
    return wrap_keras_model(model, kind, digest_of([("", path.read_bytes())]), features)
