"""A student for the web: the .tflite with float inputs and outputs, which LiteRT.js takes, and code around it."""

import importlib.metadata
import json

import numpy as np

from deploy.bundle.bundle import LABELS_FILE, MODEL_FILE, Bundle
from deploy.exports.export import Export
from deploy.tflite import runtime

_SETTINGS_FILE = "model.json"
"""The folder's code reads it beside the model."""


def exported(bundle: Bundle) -> Export:
    """A folder to serve. Its file runs here, on the known answers as the folder's own code gives them to it.

    Raises `ExportRefused` for a model whose ends LiteRT.js does not take.
    """
    from deploy.integration import javascript

    files = {name.removeprefix(f"{javascript.FOLDER}/"): content for name, content in javascript.files(bundle).items()}
    return Export(
        files={**files, LABELS_FILE: bundle.files()[LABELS_FILE]},
        ran_in=f"LiteRT {importlib.metadata.version('ai-edge-litert')} on this machine, on the folder's file",
        outputs=_steps(_logits(files[MODEL_FILE], json.loads(files[_SETTINGS_FILE]), bundle.answers.pixels), bundle),
        same_integers=bundle.preprocessing.output_scale > 0,
        notes=(
            f"A browser runs it in LiteRT.js {javascript.LITERTJS_VERSION}, the same runtime in WebAssembly. README.md "
            "says how the folder is served.",
        ),
    )


def _logits(model_bytes: bytes, settings: dict, pixels: np.ndarray) -> np.ndarray:
    """Logits, as the folder's code makes them of the file's outputs."""
    interpreter = runtime.load(model_bytes)
    source, target = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]
    levels, outputs = np.array(settings["levels"], settings["input_dtype"]), []
    for example in levels[pixels]:
        interpreter.set_tensor(source, example[None])
        interpreter.invoke()
        outputs.append(interpreter.get_tensor(target)[0])
    return (np.stack(outputs).astype(np.float64) - settings["output_zero_point"]) * settings["output_scale"]


def _steps(logits: np.ndarray, bundle: Bundle) -> np.ndarray:
    sign = bundle.preprocessing
    return np.rint(logits / sign.output_scale) + sign.output_zero_point if sign.output_scale else logits
