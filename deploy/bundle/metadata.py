"""TensorFlow Lite's model metadata: labels and preprocessing inside the .tflite, where stock readers look for them.

A table of TFLite's `metadata_schema.fbs` (identifier M001) is a dict here, its fields by their numbers in the schema:
the packages with generated code for it bring OpenCV along, or are no longer kept.
"""

import io
import zipfile

import flatbuffers
import numpy as np

from deploy.bundle.bundle import LABELS_FILE
from deploy.bundle.preprocessing import Preprocessing
from deploy.tflite.flatbuffer import read_model, write_model
from deploy.tflite.schema import generated

_NAME, _IDENTIFIER, _PARSER_VERSION = b"TFLITE_METADATA", b"M001", "1.0.0"
# Members of the schema's unions and enumerations.
_IMAGE, _FEATURE, _NORMALIZATION = np.uint8(2), np.uint8(1), np.uint8(1)
_RGB, _GREY, _AXIS_LABELS = np.uint8(1), np.uint8(2), np.uint8(2)
# A list, an entry, a buffer and their alignment in the model, at most; headers of a zip archive with one file.
_IN_THE_MODEL, _IN_THE_ARCHIVE = 112, 30 + 46 + 22 + 2 * len(LABELS_FILE)


def described(model_bytes: bytes, labels: tuple[str, ...], preprocessing: Preprocessing) -> bytes:
    """The same model, its input's normalization and its output's labels in standard metadata.

    Inputs are (pixel - mean) / std in real numbers, which the tensor's own quantization brings to steps. The labels are
    a text file in a zip archive that is appended to the model, as TFLite's readers expect.
    """
    model = read_model(model_bytes)
    colours = {1: _GREY, 3: _RGB}.get(preprocessing.channels)
    content = _metadata(preprocessing.height, preprocessing.width, colours, (preprocessing.low, preprocessing.high))
    entry = next((entry for entry in model.metadata or [] if entry.name == _NAME), None)
    if entry is None:
        entry = generated.MetadataT()
        entry.name, entry.buffer = _NAME, len(model.buffers)
        model.buffers, model.metadata = [*model.buffers, generated.BufferT()], [*(model.metadata or []), entry]
    model.buffers[entry.buffer].data = np.frombuffer(content, np.uint8)
    archive = io.BytesIO(write_model(model))
    with zipfile.ZipFile(archive, "a") as files:
        # An entry without a time: the same labels give the same bytes.
        files.writestr(zipfile.ZipInfo(LABELS_FILE), _text(labels))
    return archive.getvalue()


def metadata_bytes(labels: tuple[str, ...]) -> int:
    """The most bytes that `described` adds, which depend on the labels."""
    return len(_text(labels)) + len(_metadata(1, 1, _RGB, (0.0, 1.0))) + _IN_THE_MODEL + _IN_THE_ARCHIVE


def _text(labels: tuple[str, ...]) -> bytes:
    return "\n".join(labels).encode()


def _metadata(height: int, width: int, colours: np.uint8 | None, input_range: tuple[float, float]) -> bytes:
    """The content; without colours, for features of texts, the input is no image."""
    low, high = input_range
    scale = (high - low) / 255
    normalization = {0: [-low / scale], 1: [1 / scale]}
    size = {0: np.uint32(width), 1: np.uint32(height)}
    source = {
        0: "pixels",
        3: {0: _FEATURE, 1: {}} if colours is None else {0: _IMAGE, 1: {0: colours, 1: size}},
        4: [{0: _NORMALIZATION, 1: normalization}],
        5: {0: [high], 1: [low]},
    }
    target = {0: "logits", 3: {0: _FEATURE, 1: {}}, 6: [{0: LABELS_FILE, 2: _AXIS_LABELS}]}
    builder = flatbuffers.Builder(1024)
    root = _written(builder, {0: "classifier", 3: [{2: [source], 3: [target]}], 7: _PARSER_VERSION})
    builder.Finish(root, _IDENTIFIER)
    return bytes(builder.Output())


def _written(builder: flatbuffers.Builder, value: dict | list | str) -> int:
    """Write a table, a vector of tables or of floats, or a string; returns its offset."""
    if isinstance(value, str):
        return builder.CreateString(value)
    if isinstance(value, dict):
        # A table comes after the tables, vectors and strings that it refers to.
        fields = {
            slot: field if isinstance(field, np.integer) else _written(builder, field) for slot, field in value.items()
        }
        builder.StartObject(max(fields, default=-1) + 1)
        for slot, field in fields.items():
            if not isinstance(field, np.integer):
                builder.PrependUOffsetTRelativeSlot(slot, field, 0)
            elif field.dtype == np.uint8:
                builder.PrependUint8Slot(slot, int(field), 0)
            else:
                builder.PrependUint32Slot(slot, int(field), 0)
        return builder.EndObject()
    if isinstance(value[0], float):
        return builder.CreateNumpyVector(np.array(value, np.float32))
    offsets = [_written(builder, item) for item in value]
    builder.StartVector(4, len(offsets), 4)
    for offset in reversed(offsets):
        builder.PrependUOffsetTRelative(offset)
    return builder.EndVector()
