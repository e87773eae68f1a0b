"""The result of opening a brought model of any format, and helpers that the openers share."""

import functools
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from distill.errors import TeacherRefused
from distill.features import framework_of, is_graph, with_features


@dataclass(frozen=True, kw_only=True, eq=False)
class OpenedModel:
    """A brought model that can be run; layout and range of its input are not settled yet."""

    kind: str
    """Format and framework, for people."""
    digest: str
    """SHA-256 of the brought files or weights."""
    dims: tuple[int | None, ...]
    """Dimensions of its one input, None where free."""
    dtype: str
    run: Callable[[np.ndarray], dict[str, np.ndarray]]
    """From images in its input format to "logits", which may be probabilities, and features by name."""
    graph: Callable[[Any], Any] | None = None
    """From a batch of float32 images, a tensor, to logits, in operations of TensorFlow; None where others compute."""
    channels_first: bool = False
    """The layout to assume where the dimensions fit both."""


def wrap_keras_model(
    model, kind: str, digest: str, features: tuple[str, ...], dims: tuple | None = None
) -> OpenedModel:
    """An `OpenedModel` that runs a Keras model of either framework, with features by `with_features`.

    Args:
        dims: dimensions of its input, for a model of its own class, which does not know them.

    Raises:
        TeacherRefused: not one input and one output, or a feature that is not there.
    """
    dtype = "float32"
    if is_graph(model):
        if len(model.inputs) != 1 or len(model.outputs) != 1:
            raise TeacherRefused(
                f"the teacher has {len(model.inputs)} inputs and {len(model.outputs)} outputs; allowed is one of each: "
                "name a function, as path/to/file.py:function, that makes such a model of it"
            )
        (image,) = model.inputs
        dims, dtype = tuple(image.shape), getattr(image.dtype, "name", image.dtype)
    elif dims is None:
        raise TeacherRefused(
            "the teacher is a model of its own class that does not say what it takes; export it to ONNX"
        )
    try:
        inner = with_features(model, features) if features else model
    except ValueError as error:
        raise TeacherRefused(f"the teacher cannot give the features {', '.join(features)}: {error}") from error

    keras, graph = framework_of(model), None
    if keras.__name__ == "keras" and keras.backend.backend() != "tensorflow":
        forward = inner.predict_on_batch
    else:
        import tensorflow as tf

        from distill.precision import in_halves

        call = functools.partial(in_halves, inner) if dims[0] is None else inner
        spec = tf.TensorSpec(dims, dtype)
        forward = tf.function(lambda images: call(images, training=False), input_signature=[spec])
        if not features and dims[0] is None and dtype == "float32":
            graph = functools.partial(inner, training=False)

    def run(images: np.ndarray) -> dict[str, np.ndarray]:
        answers = forward(images)
        if not features:
            answers = {"logits": next(iter(answers.values())) if isinstance(answers, dict) else answers}
        return {name: np.asarray(array, np.float32) for name, array in answers.items()}

    return OpenedModel(kind=kind, digest=digest, dims=dims, dtype=dtype, run=run, graph=graph)


def named_outputs(what: str, shapes: dict[str, list], classes: int, features: tuple[str, ...]) -> dict[str, str]:
    """The outputs that serve as "logits" and as each feature.

    Args:
        what: the model, for messages.
        shapes: of all outputs by name, batch first; [] is unknown.

    Raises:
        TeacherRefused: no output has a feature's name, or it is ambiguous which one is the logits.
    """
    missing = [name for name in features if name not in shapes]
    if missing:
        raise TeacherRefused(
            f"{what} has the outputs {', '.join(shapes)}, and no {', '.join(missing)}; outside of Keras only outputs "
            "can be features: name one of them, export the model with that tensor as an output, or drop feature losses"
        )
    vectors = [
        name
        for name, shape in shapes.items()
        if name not in features and (len(shape) in (0, 2) or list(shape[2:]) == [1, 1])
    ]
    fitting = [name for name in vectors if len(shapes[name]) > 1 and shapes[name][1] == classes]
    for candidates in ([name for name in vectors if name == "logits"], vectors, fitting):
        if len(candidates) == 1:
            return {**{name: name for name in features}, "logits": candidates[0]}
    raise TeacherRefused(
        f"{what} has the outputs {', '.join(shapes)}; which one tells {classes} classes apart is not plain: "
        "export it with that one alone, or call that one logits"
    )


def digest_of(files: list[tuple[str, bytes]]) -> str:
    """SHA-256 of one file's bytes, or of several names and contents."""
    if len(files) == 1:
        return hashlib.sha256(files[0][1]).hexdigest()
    digest = hashlib.sha256()
    for name, content in files:
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def digest_of_model(model) -> str:
    """SHA-256 of architecture and weights. Layers count by position: their names depend on the models built before."""
    places = {layer.name: f"layer {place}" for place, layer in enumerate(model._flatten_layers())}

    def nameless(part):
        if isinstance(part, dict):
            # Keras 3 numbers shared objects by their address in memory.
            return {key: nameless(value) for key, value in part.items() if key != "shared_object_id"}
        if isinstance(part, (list, tuple)):
            return [nameless(item) for item in part]
        return places.get(part, part) if isinstance(part, str) else part

    try:
        config = model.get_config()
    except NotImplementedError:  # A model of its own class.
        config = {}
    digest = hashlib.sha256()
    digest.update(json.dumps(nameless(config), sort_keys=True, default=lambda value: type(value).__name__).encode())
    for array in model.get_weights():
        digest.update(f"{array.dtype}{array.shape}".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def short(error: Exception) -> str:
    """Kind and beginning of an error of a library, on one line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:300]}{'...' if len(text) > 300 else ''}"
