"""The same model in fewer bytes: nothing is said twice, and nothing of how the file was made."""

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

_OF_THE_CONVERTER = b"CONVERSION_METADATA"


class _Sharing(flatbuffers.Builder):
    """Writes equal vectors of numbers once, wherever they are used.

    Quantization has a zero point of eight bytes for each channel of each layer and of its bias, all of them 0: that is
    most of what a small file holds beside its weights.
    """

    def __init__(self):
        super().__init__(1 << 16)
        self._written: dict[tuple[str, bytes], int] = {}

    def CreateNumpyVector(self, x: np.ndarray) -> int:
        key = (x.dtype.str, x.tobytes())
        if key not in self._written:
            self._written[key] = super().CreateNumpyVector(x)
        return self._written[key]


def packed(model: schema.ModelT) -> bytes:
    """The .tflite of an unpacked model."""
    builder = _Sharing()
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def slimmed(model_bytes: bytes) -> bytes:
    """The same weights, graph and outputs in a smaller file.

    Input and output are called `pixels` and `logits`, other tensors nothing: the converter's names spell out the
    training graph, and are a fifth of a small file. Empty buffers become one. What is used by several is there once.
    """
    model = schema.ModelT.InitFromPackedBuf(model_bytes, 0)
    model.metadata = [each for each in model.metadata or [] if each.name != _OF_THE_CONVERTER]
    for graph in model.subgraphs:
        for tensor in graph.tensors:
            tensor.name = None
            if model.buffers[tensor.buffer].data is None:
                # The first buffer is empty by convention.
                tensor.buffer = 0
        for number in graph.inputs:
            graph.tensors[number].name = "pixels"
        for number in graph.outputs:
            graph.tensors[number].name = "logits"
    users = [*model.metadata, *(tensor for graph in model.subgraphs for tensor in graph.tensors)]
    kept = sorted({0, *(user.buffer for user in users)})
    for user in users:
        user.buffer = kept.index(user.buffer)
    model.buffers = [model.buffers[number] for number in kept]
    return packed(model)
