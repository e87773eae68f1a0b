"""The operators of any .tflite, with the MACs and the moved bytes of each."""

import math
from dataclasses import dataclass

from deploy.tflite.flatbuffer import (
    damage_refused,
    dtype_name,
    operator_names,
    read_model,
    shape_of,
    size_bytes,
    write_model,
)


@dataclass(frozen=True, kw_only=True)
class Operator:
    """One operator of a graph, in its order of execution."""

    number: int
    name: str
    dtype: str
    """Of its output."""
    output_shape: tuple[int, ...]
    macs: int
    """Multiply-accumulate operations; 0 for operators that are not made of them."""
    moved_bytes: int
    """Inputs, weights and outputs, each once."""


def output_names(model_bytes: bytes) -> tuple[str, ...]:
    """The name of each operator's first output, in their order."""
    graph = read_model(model_bytes).subgraphs[0]
    return tuple((graph.tensors[operator.outputs[0]].name or b"").decode() for operator in graph.operators)


class Graph:
    """The main graph of a file, to be read and cut. Raises `FileRefused` for bytes that are no model."""

    def __init__(self, model_bytes: bytes):
        self._bytes = model_bytes
        model = read_model(model_bytes)
        self._graph = model.subgraphs[0]
        with damage_refused():
            self._names = operator_names(model)
            self._constant = [buffer.data is not None or bool(buffer.size) for buffer in model.buffers]

    def operators(self) -> list[Operator]:
        """Every operator."""
        return [self._described(number, operator) for number, operator in enumerate(self._graph.operators)]

    def first(self, count: int) -> bytes:
        """A file of the first `count` operators; its outputs are the tensors that the others would have read."""
        head, rest = self._graph.operators[:count], self._graph.operators[count:]
        wanted = {int(tensor) for operator in rest for tensor in operator.inputs} | set(map(int, self._graph.outputs))
        computed = [int(tensor) for operator in head for tensor in operator.outputs]
        return self._cut(head, self._graph.inputs, [tensor for tensor in computed if tensor in wanted] or computed[-1:])

    def only(self, number: int) -> bytes:
        """A file of one operator by itself."""
        operator = self._graph.operators[number]
        inputs = [int(tensor) for tensor in operator.inputs if tensor >= 0 and not self._is_constant(tensor)]
        return self._cut([operator], inputs, operator.outputs)

    def _is_constant(self, tensor: int) -> bool:
        return self._constant[self._graph.tensors[tensor].buffer]

    def _cut(self, operators, inputs, outputs) -> bytes:
        model = read_model(self._bytes)
        graph = model.subgraphs[0]
        graph.operators, graph.inputs, graph.outputs = list(operators), list(inputs), list(outputs)
        # Signatures would name tensors that are no longer inputs or outputs.
        model.signatureDefs = None
        return write_model(model)

    def _described(self, number: int, operator) -> Operator:
        output = self._graph.tensors[operator.outputs[0]]
        moved = {int(tensor) for tensor in (*operator.inputs, *operator.outputs) if tensor >= 0}
        return Operator(
            number=number,
            name=self._names[number],
            dtype=dtype_name(output),
            output_shape=shape_of(output),
            macs=self._macs(self._names[number], operator, shape_of(output)),
            moved_bytes=sum(size_bytes(self._graph.tensors[tensor]) for tensor in moved),
        )

    def _macs(self, name: str, operator, output: tuple[int, ...]) -> int:
        def shape(position: int) -> tuple[int, ...]:
            return shape_of(self._graph.tensors[operator.inputs[position]])

        if name == "CONV_2D":
            return math.prod(output) * math.prod(shape(1)[1:])
        if name == "DEPTHWISE_CONV_2D":
            return math.prod(output) * math.prod(shape(1)[1:3])
        if name == "FULLY_CONNECTED":
            return math.prod(output) * shape(1)[-1]
        if name == "TRANSPOSE_CONV":
            return math.prod(shape(2)) * math.prod(shape(1)[:3])
        if name == "BATCH_MATMUL":
            return math.prod(output) * shape(0)[-2 if operator.builtinOptions.adjX else -1]
        return 0
