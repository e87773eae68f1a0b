"""A backbone as its builder gives it: a tf_keras network from pictures to a feature map or vector."""

from pathlib import Path
from typing import Any

import tf_keras

from distill.brought.builder import called_with_file, named_function, parameters_of
from distill.brought.opened_model import short
from distill.errors import TeacherRefused
from distill.features import framework, is_graph

RANDOM = "random"
"""The name of weights that are drawn here, in place of pretrained ones."""
_FILES = (".h5", ".hdf5", ".keras", ".npz", ".ckpt")


def open_backbone(source: str, *, weights: str | None, input_shape: tuple[int, int, int]) -> tf_keras.Model:
    """Call the function that `module:function` or `path/to/file.py:function` names; naming it is the trust.

    Of input_shape, weights and include_top=False it gets those that it has parameters for.

    Args:
        weights: a file; a name that the builder takes, such as imagenet; RANDOM; None for a builder that has weights
            of its own.
        input_shape: height, width and 3 channels of the pictures that it is to take.

    Raises:
        TeacherRefused: no such function or file, no weights, it failed, or is no backbone for such pictures.
    """
    builder = named_function(source)
    parameters = parameters_of(builder)
    _require_weights(source, weights, "weights" in parameters)
    file = None if weights is None else Path(weights).expanduser()
    if file is None or not file.is_file():
        file = None
    name = None if weights == RANDOM or file is not None else weights
    offered = {"input_shape": input_shape, "weights": name, "include_top": False}
    arguments = {key: value for key, value in offered.items() if key in parameters}
    try:
        model: Any = builder(**arguments) if file is None else called_with_file(builder, arguments, file)
    except TeacherRefused:
        raise
    except Exception as error:
        raise TeacherRefused(
            f"--teacher.backbone {source} failed, given {arguments | ({'weights': str(file)} if file else {})}: "
            f"{short(error)}; {_remedy(name)}"
        ) from error
    _require_backbone(source, model, input_shape)
    return model


def _require_weights(source: str, weights: str | None, takes_weights: bool) -> None:
    if weights is None and takes_weights:
        raise TeacherRefused(
            f"--teacher.backbone {source} is without weights: give --teacher.weights FILE, or imagenet where its "
            f"module can download them, or {RANDOM} to begin with random ones"
        )
    if weights in (None, RANDOM) or Path(weights).expanduser().is_file():
        return
    path = Path(weights)
    if path.suffix in _FILES or len(path.parts) > 1:
        raise TeacherRefused(f"--teacher.weights: there is no file {weights}")
    if not takes_weights:
        raise TeacherRefused(
            f"--teacher.weights {weights} is no file, and {source} has no parameter weights to take it"
        )


def _remedy(name: str | None) -> str:
    if name is not None:
        return f"weights {name} are downloaded, which needs a network: without one, give --teacher.weights FILE"
    return "look at its file of weights, or enlarge small pictures by --teacher.image-size"


def _require_backbone(source: str, model: Any, input_shape: tuple[int, int, int]) -> None:
    """Raise `TeacherRefused` unless the model takes such pictures and gives one map or vector of features."""
    if framework(model) is not tf_keras or not is_graph(model):
        kind = type(model)
        raise TeacherRefused(
            f"--teacher.backbone {source} returned a {kind.__module__.split('.')[0]} {kind.__name__}; allowed: a "
            "functional or sequential model of tf_keras, such as tf_keras.applications has"
        )
    shapes = [tuple(tensor.shape) for tensor in (*model.inputs, *model.outputs)]
    if len(model.inputs) != 1 or len(model.outputs) != 1 or len(shapes[1]) not in (2, 4):
        raise TeacherRefused(
            f"--teacher.backbone {source} has inputs and outputs of {shapes}; allowed: one input of pictures, and one "
            "output that is a feature map or a vector"
        )
    taken = shapes[0][1:]
    if len(taken) != 3 or any(size not in (None, wanted) for size, wanted in zip(taken, input_shape)):
        raise TeacherRefused(
            f"--teacher.backbone {source} takes {taken}, the pictures are {input_shape}: pictures of another size are "
            "brought to it by --teacher.image-size or --data.image-size"
        )
    if 0 in shapes[1]:
        raise TeacherRefused(
            f"--teacher.backbone {source} gives a map of {shapes[1][1:3]} for pictures of {input_shape}: enlarge them "
            "by --teacher.image-size"
        )
