"""A model's weights: their digest, and files of them that are written atomically."""

import hashlib
from pathlib import Path
from typing import cast

import h5py
import tf_keras

from distill.errors import DistillError
from distill.optimizer import OptimizerState

_STATE = "optimizer_state"


class WeightsDamaged(DistillError, RuntimeError):
    """A file of weights cannot be read, or is of another model."""


def save_weights(model: tf_keras.Model, path: Path, state: OptimizerState | None = None) -> None:
    """Write all weights, and the optimizer's state beside them.

    The file is written atomically. `path` ends in .weights.h5.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"partial-{path.name}")
    model.save_weights(partial)
    if state is not None:
        with h5py.File(partial, "a") as file:
            file.create_group(_STATE).attrs["steps"] = state.steps
            for number, values in enumerate(state.variables):
                file[f"{_STATE}/{number}"] = values
    partial.replace(path)


def load_weights(model: tf_keras.Model, path: Path, remedy: str) -> None:
    """Read the weights of a file into a model. Raises `WeightsDamaged`, which ends with the remedy."""
    try:
        model.load_weights(path)
    except (OSError, KeyError, ValueError) as error:
        raise WeightsDamaged(f"{path} is missing or damaged ({str(error).splitlines()[0]}); {remedy}") from error


def saved_state(path: Path) -> OptimizerState:
    """The optimizer's state in a file that `save_weights` wrote; a fresh one where there is none."""
    with h5py.File(path) as file:
        if _STATE not in file:
            return OptimizerState()
        group = cast(h5py.Group, file[_STATE])
        datasets = [cast(h5py.Dataset, group[str(number)]) for number in range(len(group))]
        return OptimizerState(
            steps=int(cast(int, group.attrs["steps"])), variables=tuple(dataset[()] for dataset in datasets)
        )


def weights_digest(model: tf_keras.Model) -> str:
    """SHA-256 over all weights in order."""
    digest = hashlib.sha256()
    for array in model.get_weights():
        digest.update(f"{array.dtype}{array.shape}".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()
