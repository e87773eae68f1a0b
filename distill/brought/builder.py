"""Teachers built by a Python function, in the style of `keras.applications`."""

import importlib
import importlib.util
import inspect
import sys
from collections.abc import Callable
from pathlib import Path

from distill.brought.opened_model import OpenedModel, digest_of_model, short, wrap_keras_model
from distill.errors import TeacherRefused
from distill.features import framework


def open_built(
    source: str,
    *,
    weights: str | None,
    input_shape: tuple[int, int, int],
    classes: int,
    class_order: tuple[int, ...] | None,
    features: tuple[str, ...],
) -> OpenedModel:
    """Call the function that `module:function` or `path/to/file.py:function` names; naming it is the trust.

    Of input_shape, classes, weights, classifier_activation=None and include_top=True it gets those that it has
    parameters for. Without weights it gets weights=None, so that none come from elsewhere.

    Raises:
        TeacherRefused: no such function or file, it failed, or it returned no Keras model.
    """
    builder = named_function(source)
    file = None if weights is None else Path(weights).expanduser()
    if file is not None and not file.is_file():
        if file.suffix in (".h5", ".hdf5", ".keras") or len(file.parts) > 1:
            raise TeacherRefused(f"--teacher.weights: there is no file {weights}")
        file = None
    left_out = set()
    if weights is not None and file is None:
        # Weights that go by a name are for the size and the classes that they were trained on: the builder's defaults.
        left_out = {"input_shape", "classes"}
    elif class_order is not None and sorted(class_order) != list(range(classes)):
        # The data's classes are picked out of more.
        left_out = {"classes"}
    offered = {
        "input_shape": input_shape,
        "classes": classes,
        "weights": weights,
        "classifier_activation": None,
        "include_top": True,
    }
    parameters = parameters_of(builder)
    if weights is not None and file is None and "weights" not in parameters:
        raise TeacherRefused(
            f"--teacher.weights {weights} is no file, and {source} has no parameter weights to take it"
        )
    arguments = {
        name: value
        for name, value in offered.items()
        if name in parameters and not (name in left_out and parameters[name].default is not inspect.Parameter.empty)
    }
    try:
        model = builder(**arguments) if file is None else called_with_file(builder, arguments, file)
    except Exception as error:
        raise TeacherRefused(f"{source} failed, given {arguments}: {short(error)}") from error
    keras = framework(model)
    if keras is None or not hasattr(model, "get_weights"):
        raise TeacherRefused(f"{source} returned {type(model).__name__}; allowed: a tf_keras or Keras 3 model")
    kind = f"{source} of {keras.__name__}{'' if weights is None else f' with {weights}'}"
    return wrap_keras_model(model, kind, digest_of_model(model), features, (None, *input_shape))


def called_with_file(builder: Callable, arguments: dict, file: Path):
    """The builder's model with weights from a file: by its own argument, or where it cannot, loaded afterwards."""
    if "weights" in arguments:
        try:
            return builder(**arguments | {"weights": str(file)})
        except TeacherRefused:
            # It read the file, and knows better than Keras.
            raise
        except Exception:
            arguments = arguments | {"weights": None}
    model = builder(**arguments)
    model.load_weights(str(file))
    return model


def parameters_of(builder: Callable) -> dict[str, inspect.Parameter]:
    """The parameters of a builder by name; none where Python does not know them."""
    try:
        return dict(inspect.signature(builder).parameters)
    except ValueError:  # Written in C, such as a builtin.
        return {}


def named_function(source: str) -> Callable:
    """The function that `module:function` or `path/to/file.py:function` names. Raises `TeacherRefused`."""
    home, _, name = source.rpartition(":")
    try:
        function = getattr(_from_file(home) if home.endswith(".py") else importlib.import_module(home), name)
    except Exception as error:
        raise TeacherRefused(
            f"{source} cannot be imported: {short(error)}; allowed: module:function, where Python finds the module, "
            "or path/to/file.py:function"
        ) from error
    if not callable(function):
        raise TeacherRefused(
            f"{source} is of type {type(function).__name__}; allowed: a function that builds a Keras model"
        )
    return function


def _from_file(home: str):
    path = Path(home).expanduser().resolve(strict=True)
    spec = importlib.util.spec_from_file_location(f"brought_{path.stem}", path)
    assert spec is not None, "the path ends in .py"
    assert spec.loader is not None, "the path ends in .py"
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # Dataclasses look up their module there.
    spec.loader.exec_module(module)
    return module
