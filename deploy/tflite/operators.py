"""The operators of any .tflite, with what each costs to compute and to move."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from deploy.tflite.runtime import FileRefused, require_flatbuffer
from deploy.tflite.slim import packed

_NAMES = {number: name for name, number in vars(schema.BuiltinOperator).items() if isinstance(number, int)}
_DTYPES = {number: name.lower() for name, number in vars(schema.TensorType).items() if isinstance(number, int)}
_BITS = {"int4": 4, "uint4": 4, "int2": 2, "bool": 8, "float64": 64, "complex64": 64, "complex128": 128}


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


class Graph:
    """The main graph of a file, to be read and cut. Raises `FileRefused` for bytes that are no model."""

    def __init__(self, model_bytes: bytes):
        require_flatbuffer(model_bytes)
        self._bytes = model_bytes
        try:
            self._graph = self._unpacked().subgraphs[0]
        except Exception as error:  # The generated reader raises whatever the damage leads to.
            raise FileRefused(f"a damaged .tflite: {error}; pull or convert it again") from error
        self._codes = [code.builtinCode for code in self._unpacked().operatorCodes]

    def operators(self) -> list[Operator]:
        """Every operator."""
        return [self._described(number, operator) for number, operator in enumerate(self._graph.operators)]

    def first(self, count: int) -> bytes:
        """A file of the first `count` operators; what the others would have read are its outputs."""
        kept, rest = self._graph.operators[:count], self._graph.operators[count:]
        wanted = {int(tensor) for operator in rest for tensor in operator.inputs} | set(map(int, self._graph.outputs))
        made = [int(tensor) for operator in kept for tensor in operator.outputs]
        return self._cut(kept, self._graph.inputs, [tensor for tensor in made if tensor in wanted] or made[-1:])

    def only(self, number: int) -> bytes:
        """A file of one operator by itself."""
        operator = self._graph.operators[number]
        inputs = [int(tensor) for tensor in operator.inputs if tensor >= 0 and not self._is_constant(tensor)]
        return self._cut([operator], inputs, operator.outputs)

    def _unpacked(self) -> schema.ModelT:
        return schema.ModelT.InitFromPackedBuf(self._bytes, 0)

    def _is_constant(self, tensor: int) -> bool:
        return self._constants()(tensor)

    def _constants(self) -> Callable[[int], bool]:
        if not hasattr(self, "_buffers"):
            self._buffers = [buffer.data is not None or bool(buffer.size) for buffer in self._unpacked().buffers]
        return lambda tensor: self._buffers[self._graph.tensors[tensor].buffer]

    def _cut(self, operators, inputs, outputs) -> bytes:
        model = self._unpacked()
        graph = model.subgraphs[0]
        graph.operators, graph.inputs, graph.outputs = list(operators), list(inputs), list(outputs)
        # Signatures would name tensors that are no longer inputs or outputs.
        model.signatureDefs = None
        return packed(model)

    def _described(self, number: int, operator) -> Operator:
        code = self._codes[operator.opcodeIndex]
        output = self._graph.tensors[operator.outputs[0]]
        moved = {int(tensor) for tensor in (*operator.inputs, *operator.outputs) if tensor >= 0}
        return Operator(
            number=number,
            name=_NAMES.get(code, str(code)),
            dtype=_DTYPES[output.type],
            output_shape=_shape(output),
            macs=self._macs(_NAMES.get(code, ""), operator, _shape(output)),
            moved_bytes=sum(_size_bytes(self._graph.tensors[tensor]) for tensor in moved),
        )

    def _macs(self, name: str, operator, output: tuple[int, ...]) -> int:
        def shape(position: int) -> tuple[int, ...]:
            return _shape(self._graph.tensors[operator.inputs[position]])

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


def _shape(tensor) -> tuple[int, ...]:
    return () if tensor.shape is None else tuple(int(n) for n in tensor.shape)


def _size_bytes(tensor) -> int:
    dtype = _DTYPES[tensor.type]
    bits = _BITS.get(dtype) or 8 * (np.dtype(dtype).itemsize if dtype in np.sctypeDict else 1)
    return math.ceil(math.prod(_shape(tensor)) * bits / 8)
