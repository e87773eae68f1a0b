"""Needs of a file in LiteRT for Microcontrollers, read from the file alone: operators to register, and memory."""

import math

from deploy.errors import ExportRefused
from deploy.tflite.flatbuffer import damage_refused, operator_names, read_model, size_bytes
from deploy.tflite.micro import Arena
from deploy.tflite.schema import SubGraph, Tensor

_KERNELS = """
ABS ADD ADD_N ARG_MAX ARG_MIN AVERAGE_POOL_2D BATCH_MATMUL BATCH_TO_SPACE_ND BROADCAST_ARGS BROADCAST_TO CAST CEIL
CONCATENATION CONV_2D COS CUMSUM DEPTHWISE_CONV_2D DEPTH_TO_SPACE DEQUANTIZE DIV ELU EQUAL EXP EXPAND_DIMS FILL FLOOR
FLOOR_DIV FLOOR_MOD FULLY_CONNECTED GATHER GATHER_ND GREATER GREATER_EQUAL HARD_SWISH L2_NORMALIZATION L2_POOL_2D
LEAKY_RELU LESS LESS_EQUAL LOG LOGICAL_AND LOGICAL_NOT LOGICAL_OR LOGISTIC LOG_SOFTMAX MAXIMUM MAX_POOL_2D MEAN
MINIMUM MIRROR_PAD MUL NEG NOT_EQUAL PACK PAD PADV2 PRELU QUANTIZE REDUCE_MAX REDUCE_MIN RELU RELU6 RESHAPE
RESIZE_BILINEAR RESIZE_NEAREST_NEIGHBOR REVERSE_V2 ROUND RSQRT SELECT_V2 SHAPE SIN SLICE SOFTMAX SPACE_TO_BATCH_ND
SPACE_TO_DEPTH SPLIT SPLIT_V SQRT SQUARE SQUARED_DIFFERENCE SQUEEZE STRIDED_SLICE SUB SUM SVDF TANH TRANSPOSE
TRANSPOSE_CONV UNIDIRECTIONAL_SEQUENCE_LSTM UNPACK ZEROS_LIKE
"""
"""Operators that it has kernels for; those of variables and control flow are left out."""
# Where the resolver's method is not the operator's name in capitals and small letters.
_METHODS = {
    "BATCH_MATMUL": "AddBatchMatMul",
    "CUMSUM": "AddCumSum",
    "PADV2": "AddPadV2",
    "UNIDIRECTIONAL_SEQUENCE_LSTM": "AddUnidirectionalSequenceLSTM",
}
_ALIGNMENT = 16
# Bounds of what the interpreter keeps beside activations, where pointers have 8 bytes; tests hold them against it.
_BASE_BYTES, _OPERATOR_BYTES, _CHANNEL_BYTES = 2_000, 400, 8
# How far the planner's layout was seen above what lives at once.
_GAPS = 1.5


class MicroLacks(ExportRefused):
    """LiteRT for Microcontrollers has no kernel for an operator; the message names it."""


def registrations(model_bytes: bytes) -> dict[str, str]:
    """The operators of a file, each once, with the method of `MicroMutableOpResolver` that registers it.

    Raises:
        MicroLacks: there is none.
        FileRefused: the bytes are no model.
    """
    names = sorted({name for name, _, _ in _operators(model_bytes)[1]})
    lacking = [name for name in names if name not in _KERNELS.split()]
    if lacking:
        raise MicroLacks(
            f"LiteRT for Microcontrollers has no {', '.join(lacking)}; build the model of other operators, "
            "such as convolutions, sums, means and dense layers"
        )
    return {name: _METHODS.get(name) or _method(name) for name in names}


def scratch_bytes(model_bytes: bytes) -> int:
    """Memory that optimized kernels ask for beside that of the reference kernels, in bytes.

    CMSIS-NN's convolutions hold two columns of inputs in 16 bits; other libraries may want more.
    """
    _, operators = _operators(model_bytes)
    return max(
        (4 * math.prod(map(int, inputs[1].shape[1:])) for _, inputs, _ in operators if len(inputs) > 2), default=0
    )


def estimated_arena(model_bytes: bytes) -> Arena:
    """A bound of what `micro.arena_of` would report, for machines without the interpreter."""
    graph, operators = _operators(model_bytes)
    last_use = {id(tensor): position for position, (_, inputs, _) in enumerate(operators) for tensor in inputs}
    alive, most = {id(graph.tensors[int(number)]): graph.tensors[int(number)] for number in graph.inputs}, 0
    for position, (name, _, outputs) in enumerate(operators):
        alive.update((id(tensor), tensor) for tensor in outputs)
        # A mean sums in int32.
        scratch = 4 * sum(map(_aligned_bytes, outputs)) if name == "MEAN" else 0
        most = max(most, scratch + sum(map(_aligned_bytes, alive.values())))
        alive = {key: tensor for key, tensor in alive.items() if last_use.get(key, position) > position}
    activations = math.ceil(_GAPS * most)
    channels = sum(int(outputs[0].shape[-1]) for _, inputs, outputs in operators if len(inputs) > 2)
    tables = _BASE_BYTES + _OPERATOR_BYTES * len(operators) + _CHANNEL_BYTES * channels
    return Arena(total=activations + tables, activations=activations)


def _operators(model_bytes: bytes) -> tuple[SubGraph, list[tuple[str, list, list]]]:
    """The main graph, and its operators' names, inputs and outputs."""
    model = read_model(model_bytes)
    with damage_refused():
        graph = model.subgraphs[0]
        return graph, [
            (
                name,
                [graph.tensors[int(number)] for number in operator.inputs if number >= 0],
                [graph.tensors[int(number)] for number in operator.outputs],
            )
            for name, operator in zip(operator_names(model), graph.operators)
        ]


def _aligned_bytes(tensor: Tensor) -> int:
    return -(-size_bytes(tensor) // _ALIGNMENT) * _ALIGNMENT


def _method(name: str) -> str:
    """Such as AddConv2D of CONV_2D."""
    return "Add" + "".join(part if part[0].isdigit() else part.capitalize() for part in name.split("_"))
