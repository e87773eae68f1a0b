"""Teachers that are SavedModels, which the user trusts: TensorFlow graphs can read and write files."""

from pathlib import Path

import numpy as np

from distill.brought.opened_model import OpenedModel, digest_of, named_outputs, short
from distill.errors import TeacherRefused


def open_saved_model(folder: Path, *, classes: int, features: tuple[str, ...]) -> OpenedModel:
    """Load the signature serving_default, the only signature, or without signatures the object's own call.

    Raises:
        TeacherRefused: it is damaged, has not exactly one input, or its outputs are ambiguous.
    """
    import tensorflow as tf

    try:
        loaded = tf.saved_model.load(str(folder))
    except Exception as error:
        raise TeacherRefused(f"the SavedModel {folder} cannot be loaded: {short(error)}; it may be damaged") from error
    signatures = dict(loaded.signatures)
    concrete = getattr(loaded.__call__, "concrete_functions", []) if callable(loaded) else []
    if "serving_default" in signatures or len(signatures) == 1:
        name = "serving_default" if "serving_default" in signatures else next(iter(signatures))
        function = signatures[name]
        inputs: dict[str, tf.TensorSpec] = dict(function.structured_input_signature[1])
    elif not signatures and concrete:
        name, function = "__call__", concrete[0]
        # Beside tensors, a call may have switches such as `training`, whose values are fixed in it.
        arguments = tf.nest.flatten(function.structured_input_signature)
        inputs = {str(spec.name): spec for spec in arguments if isinstance(spec, tf.TensorSpec)}
    else:
        raise TeacherRefused(
            f"the SavedModel {folder} has the signatures {', '.join(sorted(signatures)) or '(none)'}; "
            "allowed: serving_default, one alone, or none and an object that can be called"
        )
    what = f"{name} of {folder}"
    if len(inputs) != 1:
        raise TeacherRefused(
            f"{what} has the inputs {', '.join(sorted(inputs)) or '(none)'}; allowed is one, of images"
        )
    ((input_name, spec),) = inputs.items()

    def by_name(outputs) -> dict:
        return outputs if isinstance(outputs, dict) else {"logits": tf.nest.flatten(outputs)[0]}

    shapes = {
        key: output.shape.as_list() if output.shape.rank else []
        for key, output in sorted(by_name(function.structured_outputs).items())
    }
    names = named_outputs(what, shapes, classes, features)

    def run(images: np.ndarray, loaded=loaded) -> dict[str, np.ndarray]:  # `loaded` keeps the variables alive.
        tensor = tf.constant(images)
        answers = by_name(function(tensor) if name == "__call__" else function(**{input_name: tensor}))
        return {key: answers[output].numpy() for key, output in names.items()}

    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return OpenedModel(
        kind="SavedModel",
        digest=digest_of([(file.relative_to(folder).as_posix(), file.read_bytes()) for file in files]),
        dims=tuple(spec.shape.as_list()) if spec.shape.rank is not None else (None,) * 4,
        dtype=spec.dtype.name,
        run=run,
    )
