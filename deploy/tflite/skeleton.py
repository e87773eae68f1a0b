"""Untrained int8 files of students, written straight from their layers with random weights.

Latency does not depend on the values of weights, so a device can be measured without training or converting anything:
a skeleton takes milliseconds, a conversion seconds. A test holds that the graph is the converter's own.
"""

from collections.abc import Sequence

import numpy as np

from deploy.tflite.flatbuffer import write_model
from deploy.tflite.layer import LayerLike
from deploy.tflite.schema import generated

_OPERATORS = {
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
_SCALE = 0.05


def skeleton(layers: Sequence[LayerLike], *, quantized: bool = True) -> bytes:
    """The .tflite of layers in execution order, the input first and the logits last; int8, or else float32."""
    return _Writer(layers, quantized).written()


class _Writer:
    def __init__(self, layers: Sequence[LayerLike], quantized: bool):
        self._rng, self._quantized = np.random.default_rng(0), quantized
        self._layers = layers
        self._graph = generated.SubGraphT()
        self._graph.tensors, self._graph.operators, self._graph.name = [], [], b"main"
        self._model = generated.ModelT()
        self._model.version, self._model.description = 3, b"skeleton"
        self._model.subgraphs, self._model.operatorCodes = [self._graph], []
        # The first buffer is empty by convention.
        self._model.buffers = [generated.BufferT()]
        self._codes: dict[tuple[int, int], int] = {}

    def written(self) -> bytes:
        values = []
        for position, layer in enumerate(self._layers):
            flat = layer.kind in ("mean", "dense")
            shape = (1, layer.shape[2]) if flat else (1, *layer.shape)
            if layer.kind == "input":
                values.append(self._tensor(shape, "int8"))
                continue
            inputs = [values[source] for source in layer.inputs] + self._constants(layer)
            values.append(self._tensor(shape, "int8"))
            self._operator(layer, inputs, values[position])
        self._graph.inputs, self._graph.outputs = [values[0]], [values[-1]]
        self._graph.tensors[values[0]].name, self._graph.tensors[values[-1]].name = b"pixels", b"logits"
        return write_model(self._model)

    def _constants(self, layer: LayerLike) -> list[int]:
        """Weights and bias, or the axes of a mean."""
        if layer.kind == "add":
            return []
        if layer.kind == "mean":
            return [self._tensor((2,), "int32", np.array([1, 2], np.int32), is_index=True)]
        source, width = self._layers[layer.inputs[0]].shape[2], layer.shape[2]
        shape = {
            "conv": (width, *layer.kernel, source),
            "pool": (1, *layer.kernel, width),
            "depthwise": (1, *layer.kernel, width),
            "dense": (width, source),
        }[layer.kind]
        # Different for each channel, as in a trained student, since equal vectors are written once.
        scales = _SCALE * self._rng.uniform(0.5, 1.5, 1 if layer.kind == "dense" else width).astype(np.float32)
        weights = self._rng.integers(-127, 128, shape, np.int8)
        bias = self._rng.integers(-1_000, 1_000, width, np.int32)
        return [
            self._tensor(shape, "int8", weights, scales, axis=3 if layer.kind in _DEPTHWISE else 0),
            # A bias has the scale of the weights times that of the input.
            self._tensor((width,), "int32", bias, _SCALE * scales),
        ]

    def _tensor(
        self,
        shape,
        dtype: str,
        values: np.ndarray | None = None,
        scales: np.ndarray | None = None,
        axis: int = 0,
        is_index=False,
    ) -> int:
        tensor = generated.TensorT()
        tensor.shape, tensor.hasRank = np.array(shape, np.int32), True
        tensor.buffer = 0
        if not self._quantized and not is_index:
            dtype, values = "float32", None if values is None else (_SCALE * values).astype(np.float32)
        tensor.type = _TYPES[dtype]
        if values is not None:
            buffer = generated.BufferT()
            buffer.data = np.frombuffer(values.tobytes(), np.uint8)
            self._model.buffers.append(buffer)
            tensor.buffer = len(self._model.buffers) - 1
        if self._quantized and not is_index:
            tensor.quantization = quantization = generated.QuantizationParametersT()
            quantization.scale = np.full(1, _SCALE, np.float32) if scales is None else scales
            quantization.zeroPoint = np.zeros(len(quantization.scale), np.int64)
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
