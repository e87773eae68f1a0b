"""Reading a .tflite's graph for the writers of other formats."""

import numpy as np

from deploy.errors import ExportRefused
from deploy.exports.graph import KINDS, NO_LIMITS, RELU, WEIGHTED, Graph, Operator, Tensor, Window
from deploy.tflite import schema
from deploy.tflite.flatbuffer import activation_name, dtype_name, operator_name, read_model, shape_of

_ACTIVATIONS = {"NONE": NO_LIMITS, "RELU": RELU, "RELU6": (0.0, 6.0), "RELU_N1_TO_1": (-1.0, 1.0)}
_DTYPES = ("int8", "uint8", "int16", "int32", "int64", "float16", "float32")


def read_graph(model_bytes: bytes) -> Graph:
    """The graph of a file, in its layout: height, width, channels.

    DEQUANTIZE of a constant, as in files with weights in float16, is read as that constant.

    Raises:
        ExportRefused: an operator, a type or an arrangement that no export knows; the message names it.
        FileRefused: the bytes are no model.
    """
    model = read_model(model_bytes)
    graph = model.subgraphs[0]
    if len(graph.inputs) != 1 or len(graph.outputs) != 1:
        raise ExportRefused(f"{len(graph.inputs)} inputs and {len(graph.outputs)} outputs; exports know one of each")
    kinds = _kinds(model)
    if unknown := sorted(set(kinds) - set(KINDS)):
        raise ExportRefused(
            f"the file has {', '.join(unknown)}, which this format is not written with; known are {', '.join(KINDS)}. "
            "Build the model of these, or use the .tflite itself"
        )
    tensors = {number: read_tensor(number, tensor, model) for number, tensor in enumerate(graph.tensors)}
    operators = []
    for kind, operator in zip(kinds, graph.operators):
        inputs = tuple(tensors[int(number)] for number in operator.inputs if number >= 0)
        if kind == "DEQUANTIZE" and inputs[0].values is not None:
            tensors[int(operator.outputs[0])] = inputs[0]
        else:
            operators.append(_operator(kind, operator.builtinOptions, inputs, tensors[int(operator.outputs[0])]))
    ends = tensors[int(graph.inputs[0])], tensors[int(graph.outputs[0])]
    return Graph(input=ends[0], output=ends[1], operators=tuple(operators))


def _kinds(model: schema.Model) -> list[str]:
    """The kinds of the main graph's operators; of custom ones their own names."""
    names = [(code.customCode or b"").decode(errors="replace") or operator_name(code) for code in model.operatorCodes]
    return [names[operator.opcodeIndex] for operator in model.subgraphs[0].operators]


def read_tensor(number: int, tensor: schema.Tensor, model: schema.Model) -> Tensor:
    """A tensor of the main graph. Raises `ExportRefused` for a type that exports do not know."""
    dtype, data = dtype_name(tensor), model.buffers[tensor.buffer].data
    if dtype not in _DTYPES or tensor.sparsity is not None:
        kind = "sparse tensors" if tensor.sparsity is not None else f"tensors of {dtype}"
        raise ExportRefused(f"the file has {kind}; exports know dense ones of {', '.join(_DTYPES)}")
    scales, zero_points, axis = (), (), 0
    if tensor.quantization is not None and tensor.quantization.scale is not None:
        scales, zero_points = tensor.quantization.scale, tensor.quantization.zeroPoint
        axis = tensor.quantization.quantizedDimension
    return Tensor(
        number=number,
        shape=shape_of(tensor),
        dtype=dtype,
        scales=np.array(scales, np.float32),
        zero_points=np.array(zero_points if len(scales) else (), np.int64),
        axis=axis if len(scales) > 1 else 0,
        values=None if data is None else np.frombuffer(bytes(data), dtype).reshape(shape_of(tensor)),
    )


def _operator(kind: str, options, inputs: tuple[Tensor, ...], output: Tensor) -> Operator:
    activation = activation_name(getattr(options, "fusedActivationFunction", 0))
    if activation not in _ACTIVATIONS:
        raise ExportRefused(f"{kind} with the activation {activation}; known are {', '.join(_ACTIVATIONS)}")
    if kind == "ADD" and inputs[0].shape != inputs[1].shape:
        raise ExportRefused(f"ADD of {inputs[0].shape} and {inputs[1].shape}; exports know sums of equal shapes")
    if kind in WEIGHTED:
        _constant(kind, inputs[1])
    if kind == "FULLY_CONNECTED" and len(output.shape) != 2:
        raise ExportRefused(f"FULLY_CONNECTED to the shape {output.shape}; exports know those to two axes")
    window, axes, paddings = None, (), ()
    if kind in ("CONV_2D", "DEPTHWISE_CONV_2D"):
        window = _window(options, (inputs[1].shape[1], inputs[1].shape[2]), inputs[0], output)
    elif kind in ("MAX_POOL_2D", "AVERAGE_POOL_2D"):
        window = _window(options, (options.filterHeight, options.filterWidth), inputs[0], output)
    elif kind in ("CONCATENATION", "SOFTMAX"):
        axes = (getattr(options, "axis", -1) % len(output.shape),)
    elif kind == "MEAN":
        axes = tuple(sorted({int(axis) % len(inputs[0].shape) for axis in _constant(kind, inputs[1]).reshape(-1)}))
    elif kind == "PAD":
        paddings = tuple((int(before), int(after)) for before, after in _constant(kind, inputs[1]))
    return Operator(
        kind=kind,
        inputs=inputs if kind in (*WEIGHTED, "ADD", "CONCATENATION") else inputs[:1],
        output=output,
        window=window,
        clamp=_ACTIVATIONS[kind if kind in _ACTIVATIONS else activation],
        axes=axes,
        paddings=paddings,
        beta=options.beta if kind == "SOFTMAX" else 1.0,
    )


def _constant(kind: str, tensor: Tensor) -> np.ndarray:
    if tensor.values is None:
        raise ExportRefused(f"{kind} with a computed {tensor.shape} beside its data; exports know constants there")
    return tensor.values


def _window(options, kernel: tuple[int, int], source: Tensor, target: Tensor) -> Window:
    strides = (options.strideH, options.strideW)
    dilations = (getattr(options, "dilationHFactor", 1), getattr(options, "dilationWFactor", 1))
    height, width = (
        _pads(source.shape[1 + axis], target.shape[1 + axis], kernel[axis], strides[axis], dilations[axis])
        for axis in range(2)
    )
    return Window(kernel=kernel, strides=strides, dilations=dilations, pads=(height, width))


def _pads(size: int, output_size: int, kernel: int, stride: int, dilation: int) -> tuple[int, int]:
    """Padding before and after an axis, as of the padding SAME or VALID, which the sizes tell apart."""
    lacking = max((output_size - 1) * stride + (kernel - 1) * dilation + 1 - size, 0)
    return lacking // 2, lacking - lacking // 2
