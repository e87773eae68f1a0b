"""A student for Core ML: a package that Xcode takes as it is, int8 weights and activations in float16."""

import json
import tempfile
import uuid
from pathlib import Path
from typing import Any

from deploy.bundle.bundle import Bundle
from deploy.errors import ExportRefused
from deploy.exports.export import Export
from deploy.exports.mil_writer import CONFIDENCES, INPUT, mil_of
from deploy.exports.read_graph import read_graph
from deploy.tflite.native_log import silenced

PACKAGE = "Classifier.mlpackage"
_DATE = "com.github.apple.coremltools.conversion_date"
_INPUTS = {
    "picture": "Picture",
    "sound": "Log-mel spectrogram, 0 to 255",
    "text": "Hashed features of tokens, 0, 128 or 255",
}


def exported(bundle: Bundle) -> Export:
    """The package, for iOS 16 and macOS 13. Nothing runs it here, since Core ML's predictions need macOS.

    Pixels from 0 to 255 go in, a picture as an image and a spectrogram as an array (1, 1, height, width). The label,
    confidences by label, and logits come out; of a model that ends in a softmax, the first two.

    Raises:
        ExportRefused: an operator that is not written, or coremltools is missing.
    """
    graph, preprocessing = read_graph(bundle.model_bytes), bundle.preprocessing
    try:
        # It logs what it lacks on this system.
        with silenced():
            import coremltools
    except ImportError as error:
        raise ExportRefused("an export to Core ML needs coremltools: pip install 'potstill[coreml]'") from error
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / PACKAGE
        with silenced():
            _converted(coremltools, mil_of(graph, preprocessing.low, preprocessing.high), bundle).save(str(path))
        files = {file.relative_to(folder).as_posix(): file.read_bytes() for file in path.rglob("*") if file.is_file()}
    manifest = f"{PACKAGE}/Manifest.json"
    files[manifest] = _settled(files[manifest])
    return Export(
        files=files,
        ran_in="nothing: Core ML's own predictions need macOS",
        outputs=None,
        same_integers=False,
        notes=_notes(bundle),
        figures={"package_bytes": sum(map(len, files.values()))},
    )


def _converted(coremltools, program, bundle: Bundle) -> Any:
    sign = bundle.preprocessing
    shape = (1, sign.channels, sign.height, sign.width)
    colours = coremltools.colorlayout.GRAYSCALE if sign.channels == 1 else coremltools.colorlayout.RGB
    image = coremltools.ImageType(name=INPUT, shape=shape, color_layout=colours)
    model = coremltools.convert(
        program,
        convert_to="mlprogram",
        inputs=[coremltools.TensorType(name=INPUT, shape=shape) if sign.kind != "picture" else image],
        classifier_config=coremltools.ClassifierConfig(list(bundle.labels), predicted_probabilities_output=CONFIDENCES),
        minimum_deployment_target=coremltools.target.iOS16,
        skip_model_load=True,
    )
    # The same bundle gives the same bytes.
    model.user_defined_metadata.pop(_DATE)
    model.short_description = "A student of Potstill"
    model.input_description[INPUT] = _INPUTS[sign.kind]
    return model


def _settled(manifest: bytes) -> bytes:
    """A package's manifest with numbers in place of random identifiers, in one order."""
    record = json.loads(manifest)
    entries = sorted(record["itemInfoEntries"].items(), key=lambda entry: entry[1]["path"])
    numbers = {random: str(uuid.UUID(int=number)) for number, (random, _) in enumerate(entries)}
    record["itemInfoEntries"] = {numbers[random]: entry for random, entry in entries}
    record["rootModelIdentifier"] = numbers[record["rootModelIdentifier"]]
    return json.dumps(record, indent=1).encode()


def _notes(bundle: Bundle) -> tuple[str, ...]:
    sign = bundle.preprocessing
    if sign.kind != "picture":
        shape = (1, sign.channels, sign.height, sign.width)
        taken = f"`{INPUT}` is an array {shape}. {_INPUTS[sign.kind]}."
    else:
        taken = (
            f"`{INPUT}` is an image of {sign.width} x {sign.height} pixels. Core ML and Vision scale pictures in "
            "ways of their own: give it some that were scaled as in training."
        )
    return taken, "Nothing was run in Core ML itself: on a Mac, compare `logits` with the bundle's known answers."
