"""Inspection of a Keras file without loading it: the parts that would run code if it were loaded.

A Keras file names Python classes and functions, and may carry Python bytecode; loading it imports, calls and runs them.
Only names that are known to be harmless pass here. A list of the harmful ones would fail open, as Keras's own safe mode
did (CVE-2025-1550, CVE-2025-8747): Keras and TensorFlow have public functions that fetch, overwrite and delete files,
and tf_keras imports whatever module a file names.
"""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from distill.brought import harmless
from distill.errors import TeacherRefused


@dataclass(frozen=True, kw_only=True)
class KerasFile:
    """Version and suspicious parts of a Keras file."""

    keras_version: str
    """Of the Keras that wrote it; "2" where it is not stated."""
    keras_3: bool
    """True for a file that Keras 3 reads; tf_keras reads older ones."""
    suspects: tuple[str, ...]
    """Parts that would run code that Keras does not ship, or that is not known to be harmless; if none, it is safe."""


def inspect_keras_file(path: Path) -> KerasFile:
    """Read version and configuration of a .keras or .h5 file; nothing in it is imported, called or run.

    Raises:
        TeacherRefused: the file is damaged, is no such file, or holds weights alone.
    """
    try:
        version, config = _zipped(path) if path.suffix == ".keras" else _hdf5(path)
        major = int(version.split(".")[0])
        return KerasFile(keras_version=version, keras_3=major >= 3, suspects=suspects_of(config))
    except TeacherRefused:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, zipfile.BadZipFile) as error:
        raise TeacherRefused(
            f"{path} cannot be read as a Keras {path.suffix} file ({type(error).__name__}: {str(error)[:200]}); "
            "it is damaged or cut short, or was renamed: save or copy it again"
        ) from error


def suspects_of(config: dict) -> tuple[str, ...]:
    """The parts of a Keras configuration that would run code, in words."""
    # The loader does not compile the model, so that its compile_config is never used.
    used = {key: value for key, value in config.items() if key != "compile_config"}
    return tuple(dict.fromkeys(_suspects(used, "")))


def _zipped(path: Path) -> tuple[str, dict]:
    with zipfile.ZipFile(path) as archive:
        return str(json.loads(archive.read("metadata.json"))["keras_version"]), json.loads(archive.read("config.json"))


def _hdf5(path: Path) -> tuple[str, dict]:
    import h5py

    def text(value) -> str:
        return value.decode() if isinstance(value, bytes) else value

    with h5py.File(path, "r") as file:
        if "model_config" not in file.attrs:
            raise TeacherRefused(
                f"{path} holds weights alone; name a function that builds the model, as module:function or "
                "path/to/file.py:function, and give this file as --teacher.weights"
            )
        return text(file.attrs.get("keras_version", "2")), json.loads(text(file.attrs["model_config"]))


def _suspects(part, layer: str) -> Iterator[str]:
    """Every object in a configuration that is not known to be harmless, in words; `layer` is the enclosing one."""
    if isinstance(part, list):
        for item in part:
            yield from _suspects(item, layer)
    if not isinstance(part, dict):
        return
    if "class_name" in part:
        inner = part.get("config")
        if isinstance(inner, dict) and isinstance(inner.get("name"), str):
            layer = inner["name"]
        if not _harmless(part):
            yield _in_words(part, layer)
    for item in part.values():
        yield from _suspects(item, layer)


def _harmless(part: dict) -> bool:
    name, inner, module = part["class_name"], part.get("config"), part.get("module")
    if name in harmless.VALUES.split():
        return True
    root = None if module is None else str(module).split(".")[0]
    # A registered name is looked up before the class name.
    registered = part.get("registered_name")
    if name == "function":
        listed = inner in harmless.FUNCTIONS.split() and registered in (None, name, inner)
        return listed and root in (None, "builtins", "keras", "tf_keras")
    if registered not in (None, name):
        return False
    if module == "tensorflow.python.ops.init_ops_v2":  # EfficientNetV2 of tf_keras has such a one.
        return name in harmless.PARTS_OF_LAYERS.split()
    if root not in (None, "keras", "tf_keras"):
        return False
    if name in ("TFOpLambda", "SlicingOpLambda"):
        function = str(part["config"].get("function")).removeprefix("compat.v1.")
        return function in harmless.OPS.split() or (
            function.count(".") == 1 and function.split(".")[0] in harmless.OP_GROUPS
        )
    return (
        name in (harmless.LAYERS + harmless.PARTS_OF_LAYERS + harmless.TRAINING).split()
        or module in harmless.OP_MODULES
    )


def _in_words(part: dict, layer: str) -> str:
    name, inner, module = part["class_name"], part.get("config"), part.get("module")
    if name in ("Lambda", "__lambda__"):
        return f"Python code in the Lambda layer {layer!r}"
    if name == "function":
        return f"function {inner} of {module} in {layer!r}"
    if name in ("TFOpLambda", "SlicingOpLambda"):
        return f"TensorFlow function {part['config'].get('function')} in {layer!r}"
    return f"class {name}{f' of {module}' if module else ''} in {layer!r}"
