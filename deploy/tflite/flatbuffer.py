"""Reading and writing the FlatBuffer of a .tflite, and the names of its operators, tensor types and activations.

The one place that opens the file format, over `ai_edge_litert.tools.flatbuffer_utils` and the schema's generated code.
Neither imports TensorFlow.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import flatbuffers
import numpy as np
from ai_edge_litert.tools import flatbuffer_utils

from deploy.errors import FileRefused
from deploy.tflite.schema import Model, OperatorCode, Tensor, generated

_IDENTIFIER = b"TFL3"


def _names(enumeration: type) -> dict[int, str]:
    return {number: name for name, number in vars(enumeration).items() if isinstance(number, int)}


_OPERATORS = _names(generated.BuiltinOperator)
_ACTIVATIONS = _names(generated.ActivationFunctionType)
# Types whose values NumPy has not, or has in another size.
_BITS = {"int4": 4, "uint4": 4, "int2": 2, "bool": 8, "float64": 64, "complex64": 64, "complex128": 128}


class _SharingBuilder(flatbuffers.Builder):
    """Writes equal vectors of numbers once, wherever they are used.

    Quantization has a zero point of eight bytes for each channel of each layer and of its bias, all of them 0: that is
    most of what a small file holds beside its weights.
    """

    def __init__(self):
        super().__init__(1 << 16)
        self._offsets: dict[tuple[str, bytes], int] = {}

    def CreateNumpyVector(self, x: np.ndarray) -> int:
        key = (x.dtype.str, x.tobytes())
        if key not in self._offsets:
            self._offsets[key] = super().CreateNumpyVector(x)
        return self._offsets[key]


def require_flatbuffer(model_bytes: bytes) -> None:
    """Raise `FileRefused` for bytes that do not even begin as a .tflite."""
    # The interpreter checks the whole flatbuffer too, but says less of a file that is something else altogether.
    if len(model_bytes) < 8 or model_bytes[4:8] != _IDENTIFIER:
        raise FileRefused(
            f"not a .tflite: {len(model_bytes)} bytes without the identifier TFL3 at byte 4; "
            "give a file that the LiteRT converter or `potstill pull` wrote"
        )


@contextmanager
def damage_refused() -> Iterator[None]:
    """Turns whatever a reader of damaged bytes raises inside the block into `FileRefused`."""
    try:
        yield
    except FileRefused:
        raise
    except Exception as error:  # The generated reader raises whatever the damage leads to.
        raise FileRefused(f"a damaged .tflite: {error}; pull or convert it again") from error


def read_model(model_bytes: bytes) -> Model:
    """A file as objects, with at least one graph; vectors of numbers are views of the file's bytes.

    Not `flatbuffer_utils.read_model_from_bytearray`, which turns vectors into lists and renumbers buffers: written
    again, such a model would not share its equal vectors. Raises `FileRefused` for bytes that are no model.
    """
    require_flatbuffer(model_bytes)
    with damage_refused():
        model = cast(Model, flatbuffer_utils.convert_bytearray_to_object(model_bytes))
        model.subgraphs[0]
        return model


def write_model(model: Model) -> bytes:
    """The .tflite of a model as objects; equal vectors of numbers are written once."""
    builder = _SharingBuilder()
    builder.Finish(cast(Any, model).Pack(builder), _IDENTIFIER)
    return bytes(builder.Output())


def operator_name(code: OperatorCode) -> str:
    """An operator's kind in LiteRT's capitals, such as CONV_2D or CUSTOM; the number of one that has no name.

    Converters before TensorFlow 2.4 wrote the deprecated code alone, later ones write both where it fits.
    """
    number = flatbuffer_utils.get_builtin_code_from_operator_code(cast(Any, code))
    return _OPERATORS.get(number, str(number))


def operator_names(model: Model) -> list[str]:
    """The kinds of the operators of a model's main graph, in order of execution."""
    names = [operator_name(code) for code in model.operatorCodes]
    return [names[operator.opcodeIndex] for operator in model.subgraphs[0].operators]


def activation_name(number: int) -> str:
    """A fused activation in LiteRT's capitals, such as RELU6."""
    return _ACTIVATIONS[number]


def dtype_name(tensor: Tensor) -> str:
    """A tensor's type as NumPy names it, such as int8."""
    return flatbuffer_utils.type_to_name(tensor.type).lower()


def shape_of(tensor: Tensor) -> tuple[int, ...]:
    """A tensor's shape; () where the file has none."""
    return () if tensor.shape is None else tuple(int(n) for n in tensor.shape)


def size_bytes(tensor: Tensor) -> int:
    """Bytes of a tensor's values; types of unknown size count as a byte."""
    dtype = dtype_name(tensor)
    bits = _BITS.get(dtype) or 8 * (np.dtype(dtype).itemsize if dtype in np.sctypeDict else 1)
    return math.ceil(math.prod(shape_of(tensor)) * bits / 8)
