"""The objects of a .tflite file, with the types that they have.

LiteRT's generated code annotates text, which is bytes, as str, and takes every vector for None that may be missing.
"""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from ai_edge_litert import schema_py_generated

generated: Any = schema_py_generated
"""LiteRT's generated code, with constructors such as `TensorT` and enumerations such as `TensorType`."""


class Quantization(Protocol):
    """The scales and zero points of a tensor, along one axis if there are several."""

    scale: np.ndarray | None
    zeroPoint: np.ndarray
    quantizedDimension: int


class Tensor(Protocol):
    """A tensor; `buffer` is the position of its constant, or of an empty buffer."""

    name: bytes | None
    type: int
    shape: Sequence[int] | np.ndarray | None
    hasRank: bool
    buffer: int
    quantization: Quantization | None
    sparsity: object | None


class Operator(Protocol):
    """An operator; tensors are given by their positions, -1 for one that is left out."""

    opcodeIndex: int
    inputs: Sequence[int]
    outputs: Sequence[int]
    builtinOptionsType: int
    builtinOptions: Any
    customOptions: Sequence[int] | None


class SubGraph(Protocol):
    """A graph, with its operators in order of execution."""

    name: bytes | None
    tensors: list[Tensor]
    operators: list[Operator]
    inputs: list[int]
    outputs: list[int]


class OperatorCode(Protocol):
    """A kind of operator, with its version."""

    builtinCode: int
    deprecatedBuiltinCode: int
    customCode: bytes | None
    version: int


class Buffer(Protocol):
    """Bytes of a constant, in the FlatBuffer or, with a size, behind it."""

    data: np.ndarray | None
    size: int


class Metadata(Protocol):
    """A named buffer."""

    name: bytes
    buffer: int


class TensorMap(Protocol):
    """A name of a signature for a tensor."""

    name: bytes | None
    tensorIndex: int


class SignatureDef(Protocol):
    """A signature of a graph: names for inputs and outputs."""

    signatureKey: bytes | None
    subgraphIndex: int
    inputs: list[TensorMap] | None
    outputs: list[TensorMap] | None


class Model(Protocol):
    """A file; the first graph is the main one."""

    version: int
    description: bytes | None
    operatorCodes: list[OperatorCode]
    subgraphs: list[SubGraph]
    buffers: list[Buffer]
    metadata: list[Metadata] | None
    signatureDefs: list[SignatureDef] | None
