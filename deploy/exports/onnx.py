"""A student for ONNX Runtime: the .tflite's own integers, in operators of the standard.

The writer is our own, since tf2onnx 1.17 imports TensorFlow and fails on tensors without names, such as a student's.
Convolutions and dense layers are QLinearConv on int8, whose outputs are LiteRT's to the bit. Float operators between
DequantizeLinear and QuantizeLinear would be a step off here and there, and onnxruntime takes some of those to uint8 by
int8, which saturates on x86 processors without VNNI.
"""

import json

import numpy as np

from deploy.bundle.bundle import LABELS_FILE, PREPROCESSING_FILE, Bundle
from deploy.errors import ExportRefused
from deploy.exports.export import Export
from deploy.exports.graph import Graph
from deploy.exports.onnx_nodes import INPUT
from deploy.exports.onnx_writer import onnx_of
from deploy.exports.read_graph import read_graph

MODEL_FILE = "model.onnx"


def exported(bundle: Bundle) -> Export:
    """The graph as ONNX, run in onnxruntime on the bundle's known answers.

    Input and output are those of the .tflite, dtype and layout too, but for a free batch.

    Raises:
        ExportRefused: an operator that is not written, or onnx or onnxruntime is missing.
    """
    try:
        import onnx  # noqa: F401
        import onnxruntime
    except ImportError as error:
        raise ExportRefused("an export to ONNX needs onnx and onnxruntime: pip install 'potstill[onnx]'") from error
    graph, bundle_files = read_graph(bundle.model_bytes), bundle.files()
    preprocessing = bundle.preprocessing
    properties = {"labels": json.dumps(bundle.labels), "preprocessing": json.dumps(preprocessing.to_record())}
    content = onnx_of(graph, properties)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # What goes wrong is raised as well.
    try:
        session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise ExportRefused(f"onnxruntime {onnxruntime.__version__} does not run what was written: {error}") from error
    outputs = np.asarray(session.run(None, {INPUT: preprocessing.inputs(bundle.answers.pixels)})[0])
    return Export(
        files={MODEL_FILE: content, **{name: bundle_files[name] for name in (LABELS_FILE, PREPROCESSING_FILE)}},
        ran_in=f"onnxruntime {onnxruntime.__version__}, CPU",
        outputs=outputs,
        same_integers=graph.dtype in ("int8", "uint8"),
        notes=_notes(graph),
    )


def _notes(graph: Graph) -> tuple[str, ...]:
    shape = ", ".join(map(str, ("batch", *graph.input.shape[1:])))
    notes = [
        f"Input `{INPUT}` is {graph.input.dtype}, ({shape}), as `levels` in {PREPROCESSING_FILE} has it for each pixel."
    ]
    if graph.dtype == "int16":
        notes.append("ONNX has no convolutions on int16: they are computed in float and rounded to int16.")
    if any(
        operator.weighted and [tensor.dtype for tensor in operator.inputs[:2]] == ["float32", "int8"]
        for operator in graph.operators
    ):
        notes.append(
            "LiteRT rounds the inputs of layers with int8 weights to int8 as it runs; ONNX leaves them in float."
        )
    return tuple(notes)
