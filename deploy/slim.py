"""Short tensor names: the converter's spell out the whole training graph and are a fifth of a small file."""

import flatbuffers
from ai_edge_litert import schema_py_generated as schema


def with_short_names(model_bytes: bytes) -> bytes:
    """The same file, its tensors named `pixels`, `logits` and by number; weights, graph and outputs are untouched."""
    model = schema.ModelT.InitFromPackedBuf(model_bytes, 0)
    for graph in model.subgraphs:
        for number, tensor in enumerate(graph.tensors):
            tensor.name = f"t{number:03d}"
        for number in graph.inputs:
            graph.tensors[number].name = "pixels"
        for number in graph.outputs:
            graph.tensors[number].name = "logits"
    builder = flatbuffers.Builder(len(model_bytes))
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())
