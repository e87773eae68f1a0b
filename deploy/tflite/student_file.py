"""The .tflite of a student, written straight from its layers without the converter.

Writing takes milliseconds, a conversion seconds. A test holds that the graph is the converter's own.
"""

from collections.abc import Sequence

import numpy as np

from deploy.tflite.flatbuffer import write_model
from deploy.tflite.layer import LayerLike, LayerNumbers
from deploy.tflite.schema import generated

_OPERATORS = {
    "quantize": (generated.BuiltinOperator.QUANTIZE, 1),
    "pool": (generated.BuiltinOperator.DEPTHWISE_CONV_2D, 4),
    "conv": (generated.BuiltinOperator.CONV_2D, 3),
    "depthwise": (generated.BuiltinOperator.DEPTHWISE_CONV_2D, 4),
    "add": (generated.BuiltinOperator.ADD, 2),
    "mean": (generated.BuiltinOperator.MEAN, 2),
    "dense": (generated.BuiltinOperator.FULLY_CONNECTED, 4),
}
"""Operator and version that the converter writes for each kind of layer."""
_DEPTHWISE = ("pool", "depthwise")
_TYPES = {name: getattr(generated.TensorType, name.upper()) for name in ("int8", "int32", "float32")}
_FLOAT_SCALE = 0.05
"""A step of weights that are written as float32."""
_RUNTIME = b"1.14.0"


def student_file(layers: Sequence[LayerLike], numbers: Sequence[LayerNumbers]) -> bytes:
    """The int8 .tflite of layers in execution order, the input first and the logits last, with numbers for each."""
    writer = _Writer(layers, numbers, quantized=True)
    writer.add_entries_of_the_converter()
    return writer.written()


def bare_file(layers: Sequence[LayerLike], numbers: Sequence[LayerNumbers], *, quantized: bool) -> bytes:
    """As `student_file`, without the converter's own entries; in float32 unless quantized."""
    return _Writer(layers, numbers, quantized).written()


def weights_shape(layers: Sequence[LayerLike], layer: LayerLike) -> tuple[int, ...]:
    """The shape of an operator's weights in a file."""
    source, width = layers[layer.inputs[0]].shape[2], layer.shape[2]
    if layer.kind == "dense":
        return (width, source)
    return (width, *layer.kernel, source) if layer.kind == "conv" else (1, *layer.kernel, width)


class _Writer:
    def __init__(self, layers: Sequence[LayerLike], numbers: Sequence[LayerNumbers], quantized: bool):
        self._layers, self._numbers, self._quantized = layers, numbers, quantized
        self._graph = generated.SubGraphT()
        self._graph.tensors, self._graph.operators, self._graph.name = [], [], b"main"
        self._model = generated.ModelT()
        self._model.version, self._model.description = 3, b"skeleton"
        self._model.subgraphs, self._model.operatorCodes = [self._graph], []
        # The first buffer is empty by convention.
        self._model.buffers = [generated.BufferT()]
        self._codes: dict[tuple[int, int], int] = {}

    def add_entries_of_the_converter(self) -> None:
        """Entries that the converter writes for every student, so that the sizes of files are some tens of bytes apart.

        They are the oldest runtime, and a code of QUANTIZE, which no operator uses.
        """
        self._model.description = b"MLIR Converted."
        self._code("quantize")
        buffer = generated.BufferT()
        buffer.data = np.frombuffer(_RUNTIME.ljust(16, b"\0"), np.uint8)
        self._model.buffers.append(buffer)
        entry = generated.MetadataT()
        entry.name, entry.buffer = b"min_runtime_version", len(self._model.buffers) - 1
        self._model.metadata = [entry]

    def written(self) -> bytes:
        values = []
        for layer, numbers in zip(self._layers, self._numbers):
            flat = layer.kind in ("mean", "dense")
            shape = (1, layer.shape[2]) if flat else (1, *layer.shape)
            inputs = [values[source] for source in layer.inputs] + self._constants(layer, numbers)
            values.append(self._tensor(shape, "int8", scales=[numbers.scale], zero_point=numbers.zero_point))
            if layer.kind != "input":
                self._operator(layer, inputs, values[-1])
        self._graph.inputs, self._graph.outputs = [values[0]], [values[-1]]
        self._graph.tensors[values[0]].name, self._graph.tensors[values[-1]].name = b"pixels", b"logits"
        return write_model(self._model)

    def _constants(self, layer: LayerLike, numbers: LayerNumbers) -> list[int]:
        """Weights and bias, or the axes of a mean."""
        if layer.kind == "mean":
            return [self._tensor((2,), "int32", np.array([1, 2], np.int32), is_index=True)]
        weights = numbers.weights
        if weights is None:
            return []
        shape, axis = weights_shape(self._layers, layer), 3 if layer.kind in _DEPTHWISE else 0
        # A bias has the scale of the weights times that of the input.
        bias_scales = np.float32(self._numbers[layer.inputs[0]].scale) * weights.scales
        return [
            self._tensor(shape, "int8", weights.steps, weights.scales, axis=axis),
            self._tensor((layer.shape[2],), "int32", weights.bias, bias_scales),
        ]

    def _tensor(
        self,
        shape,
        dtype: str,
        values: np.ndarray | None = None,
        scales: Sequence[float] | np.ndarray = (),
        zero_point: int = 0,
        axis: int = 0,
        is_index=False,
    ) -> int:
        tensor = generated.TensorT()
        tensor.shape, tensor.hasRank = np.array(shape, np.int32), True
        tensor.buffer = 0
        if not self._quantized and not is_index:
            dtype, values = "float32", None if values is None else (_FLOAT_SCALE * values).astype(np.float32)
        tensor.type = _TYPES[dtype]
        if values is not None:
            buffer = generated.BufferT()
            buffer.data = np.frombuffer(values.tobytes(), np.uint8)
            self._model.buffers.append(buffer)
            tensor.buffer = len(self._model.buffers) - 1
        if self._quantized and not is_index:
            tensor.quantization = quantization = generated.QuantizationParametersT()
            quantization.scale = np.array(scales, np.float32)
            quantization.zeroPoint = np.full(len(scales), zero_point, np.int64)
            quantization.quantizedDimension = axis
        self._graph.tensors.append(tensor)
        return len(self._graph.tensors) - 1

    def _operator(self, layer: LayerLike, inputs: list[int], output: int) -> None:
        operator = generated.OperatorT()
        operator.opcodeIndex, operator.inputs, operator.outputs = self._code(layer.kind), inputs, [output]
        name, options = {
            "conv": ("Conv2DOptions", generated.Conv2DOptionsT()),
            "pool": ("DepthwiseConv2DOptions", generated.DepthwiseConv2DOptionsT()),
            "depthwise": ("DepthwiseConv2DOptions", generated.DepthwiseConv2DOptionsT()),
            "add": ("AddOptions", generated.AddOptionsT()),
            "mean": ("ReducerOptions", generated.ReducerOptionsT()),
            "dense": ("FullyConnectedOptions", generated.FullyConnectedOptionsT()),
        }[layer.kind]
        if layer.kind in ("pool", "conv", "depthwise"):
            options.padding = generated.Padding.VALID if layer.kind == "pool" else generated.Padding.SAME
            options.strideH = options.strideW = layer.stride
            options.dilationHFactor = options.dilationWFactor = 1
        if layer.kind in _DEPTHWISE:
            options.depthMultiplier = 1
        if layer.relu:
            options.fusedActivationFunction = generated.ActivationFunctionType.RELU
        operator.builtinOptionsType = getattr(generated.BuiltinOptions, name)
        operator.builtinOptions = options
        self._graph.operators.append(operator)

    def _code(self, kind: str) -> int:
        operator = _OPERATORS[kind]
        if operator not in self._codes:
            code = generated.OperatorCodeT()
            code.builtinCode, code.version = operator
            code.deprecatedBuiltinCode = min(code.builtinCode, 127)
            self._model.operatorCodes.append(code)
            self._codes[operator] = len(self._model.operatorCodes) - 1
        return self._codes[operator]
