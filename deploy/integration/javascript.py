"""JavaScript for a bundle: an ES module over LiteRT.js in a self-contained folder with the model."""

import json

from deploy.bundle.bundle import Bundle
from deploy.bundle.metadata import described
from deploy.errors import ExportRefused
from deploy.integration.rendering import rendered
from deploy.integration.values import text_values
from deploy.tflite import model_io, runtime
from deploy.tflite.float_io import with_float_io

FOLDER = "integration/javascript"
LITERTJS_VERSION = "2.5.3"


def files(bundle: Bundle) -> dict[str, bytes]:
    """`classifier.js` and what it needs, by their names in the bundle.

    Raises `ExportRefused` for a model with tensors at its ends that LiteRT.js does not take.
    """
    preprocessing = bundle.preprocessing
    source = preprocessing.kind
    values = dict(
        source=source,
        sound=preprocessing.sound,
        height=preprocessing.height,
        width=preprocessing.width,
        version=LITERTJS_VERSION,
    )
    constants = {name: json.dumps(value) for name, value in text_values().items()} if source == "text" else {}
    model_bytes = described(with_float_io(bundle.model_bytes), bundle.labels, preprocessing)
    package = {
        "name": "potstill-model",
        "version": "1.0.0",
        "private": True,
        "type": "module",
        "exports": "./classifier.js",
        "dependencies": {"@litertjs/core": LITERTJS_VERSION},
    }
    contents = {
        "classifier.js": rendered("javascript/classifier.js", **values),
        f"{source}.js": rendered(f"javascript/{source}.js", **constants),
        "model.tflite": model_bytes,
        "model.json": json.dumps(_model(bundle, model_bytes), ensure_ascii=False).encode(),
        "package.json": json.dumps(package, indent=1).encode(),
        "README.md": rendered("javascript/README.md", **values),
    }
    return {f"{FOLDER}/{name}": content for name, content in contents.items()}


def _model(bundle: Bundle, model_bytes: bytes) -> dict:
    """The content of model.json; `levels` and the output's scale are those of the file with float ends."""
    preprocessing, sign = bundle.preprocessing, model_io.signature(runtime.load(model_bytes))
    for side, dtype in (("input", sign.input_dtype), ("output", sign.output_dtype)):
        if dtype not in ("float32", "uint8"):
            raise ExportRefused(f"the {side} is {dtype}; LiteRT.js takes int8, uint8 and float32: convert it to int8")
    levels = preprocessing.levels
    if sign.input_dtype == "float32" and preprocessing.input_dtype != "float32":
        levels = [(level - preprocessing.input_zero_point) * preprocessing.input_scale for level in levels]
    record = preprocessing.to_record()
    return {
        "labels": bundle.labels,
        **{name: record[name] for name in ("height", "width", "channels", "sound", "text", "activation")},
        "input_dtype": sign.input_dtype,
        "levels": levels,
        "output_scale": sign.output_scale or 1.0,
        "output_zero_point": sign.output_zero_point,
    }
