"""A user's trained model, opened as a tf_keras model: a .keras or .h5 file of either Keras, or a Keras SavedModel."""

from pathlib import Path
from typing import Any, cast

import tensorflow as tf
import tf_keras
from tf_keras.protobuf import saved_metadata_pb2
from tf_keras.src.saving.legacy.saved_model import json_utils

from deploy.surgery.flat import ModelRefused
from distill.brought.rebuilt import rebuilt_model
from distill.brought.trust import inspect_keras_file, suspects_of
from experiments.errors import UserError

_METADATA, _VARIABLES = "keras_metadata.pb", Path("variables", "variables")


def opened_model(path: Path, *, trust: bool) -> tf_keras.Model:
    """Open a model; one of Keras 3 is rebuilt in tf_keras.

    Args:
        trust: load a file that would run its author's code.

    Raises:
        UserError: it is no such file, is damaged, or would run code.
        TeacherRefused: it is damaged, or a Keras 3 model that cannot be rebuilt.
        ModelRefused: it is quantized already.
    """
    if path.is_dir() and (path / "saved_model.pb").is_file():
        return _of_saved_model(path, trust)
    if path.suffix not in (".keras", ".h5") or not path.is_file():
        raise UserError(
            f"{path} is {'no file' if not path.exists() else 'no .keras or .h5 file, and no SavedModel'}; give a "
            "trained model as Keras saves it: model.save('MODEL.keras')"
        )
    file = inspect_keras_file(path)
    _require_harmless(path, file.suspects, trust)
    if file.keras_3:
        return rebuilt_model(path, trust=trust)
    try:
        return cast(tf_keras.Model, tf_keras.models.load_model(path, compile=False, safe_mode=not trust))
    except Exception as error:
        raise _damaged(path, error) from error


def _of_saved_model(folder: Path, trust: bool) -> tf_keras.Model:
    """The model of a SavedModel that tf_keras wrote, from its settings and weights; its graph is never loaded."""
    metadata = saved_metadata_pb2.SavedMetadata()  # pyright: ignore[reportAttributeAccessIssue]
    try:
        metadata.ParseFromString((folder / _METADATA).read_bytes())
        roots = [node for node in metadata.nodes if node.node_path == "root"]
        record: dict[str, Any] = json_utils.decode(roots[0].metadata)
        config = {"class_name": record["class_name"], "config": record["config"]}
    except (OSError, ValueError, LookupError) as error:
        raise UserError(
            f"{folder} has a graph and no Keras layers, which are what is pruned and quantized "
            f"({type(error).__name__}); save the model that it was made of as MODEL.keras"
        ) from error
    _require_harmless(folder, suspects_of(config), trust)
    try:
        model = cast(tf_keras.Model, tf_keras.layers.deserialize(config))
        status = tf.train.Checkpoint(model).read(str(folder / _VARIABLES))
        status.assert_existing_objects_matched().expect_partial()
    except Exception as error:
        raise _damaged(folder, error) from error
    return model


def _require_harmless(path: Path, suspects: tuple[str, ...], trust: bool) -> None:
    if any("quantiz" in suspect.lower() for suspect in suspects):
        raise ModelRefused(f"{path} is quantized already ({suspects[0]}); give the float model that it was made from")
    if suspects and not trust:
        raise UserError(
            f"{path} would run code that Keras does not vouch for: {'; '.join(suspects)}. Say --trust if you trust its "
            "author, or build the model of plain layers"
        )


def _damaged(path: Path, error: Exception) -> UserError:
    return UserError(
        f"{path} cannot be loaded by tf_keras {tf_keras.__version__} "
        f"({type(error).__name__}: {' '.join(str(error).split())[:300]}); it may be damaged: save it anew"
    )
