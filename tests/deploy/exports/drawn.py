"""Small graphs with weights and quantizations drawn at random."""

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from deploy.tflite import runtime
from deploy.tflite.flatbuffer import write_model


class Drawn:
    """A graph in the making, quantized to int8 or in float32. Tensors are known by their numbers."""

    def __init__(self, seed: int, quantized: bool = True):
        self.rng, self.quantized = np.random.default_rng(seed), quantized
        self.graph, self.model = schema.SubGraphT(), schema.ModelT()
        self.graph.tensors, self.graph.operators = [], []
        self.model.version, self.model.subgraphs, self.model.operatorCodes = 3, [self.graph], []
        self.model.buffers = [schema.BufferT()]

    def value(self, *shape: int, like: int | None = None, scale=None, zero_point: int | None = None) -> int:
        """A computed tensor, in the steps of another, or else drawn where they are not given."""
        if like is not None:
            number = self._tensor(shape, self.graph.tensors[like].type)
            self.graph.tensors[number].quantization = self.graph.tensors[like].quantization
            return number
        if not self.quantized:
            return self._tensor(shape, schema.TensorType.FLOAT32)
        number = self._tensor(shape, schema.TensorType.INT8)
        scales, zero_points = self.rng.uniform(0.01, 0.1), int(self.rng.integers(-128, 128))
        self._quantize(number, scale or scales, zero_points if zero_point is None else zero_point)
        return number

    def constant(self, values: np.ndarray) -> int:
        """Numbers as they are."""
        kinds = {"int32": schema.TensorType.INT32, "float32": schema.TensorType.FLOAT32}
        kinds |= {"int8": schema.TensorType.INT8, "float16": schema.TensorType.FLOAT16}
        number = self._tensor(values.shape, kinds[values.dtype.name])
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(values.tobytes(), np.uint8)
        self.model.buffers.append(buffer)
        self.graph.tensors[number].buffer = len(self.model.buffers) - 1
        return number

    def weights(self, source: int, *shape: int, axis: int = 0, channels: bool = True) -> tuple[int, int]:
        """Weights and bias of a layer that reads `source`, a scale for each channel or one for all."""
        count = shape[axis]
        if not self.quantized:
            drawn = (self.rng.normal(0, 0.3, shape), self.rng.normal(0, 0.3, count))
            return tuple(self.constant(each.astype(np.float32)) for each in drawn)
        scales = self.rng.uniform(0.001, 0.02, count if channels else 1).astype(np.float32)
        weights = self.constant(self.rng.integers(-127, 128, shape, np.int8))
        self._quantize(weights, scales, 0, axis)
        bias = self.constant(self.rng.integers(-3_000, 3_000, count, np.int32))
        self._quantize(bias, scales * self.graph.tensors[source].quantization.scale[0], 0)
        return weights, bias

    def operator(self, kind: str, inputs, output: int, options: str | None = None, version: int = 2, **fields) -> int:
        """Add an operator; gives its output."""
        code = schema.OperatorCodeT()
        code.builtinCode, code.version = getattr(schema.BuiltinOperator, kind), version
        code.deprecatedBuiltinCode = min(code.builtinCode, 127)
        self.model.operatorCodes.append(code)
        operator = schema.OperatorT()
        operator.opcodeIndex, operator.inputs, operator.outputs = len(self.model.operatorCodes) - 1, inputs, [output]
        if options:
            operator.builtinOptionsType = getattr(schema.BuiltinOptions, options)
            operator.builtinOptions = getattr(schema, f"{options}T")()
            for name, value in fields.items():
                setattr(operator.builtinOptions, name, value)
        self.graph.operators.append(operator)
        return output

    def file(self, source: int, target: int) -> bytes:
        """The .tflite from one tensor to another."""
        self.graph.inputs, self.graph.outputs = [source], [target]
        return write_model(self.model)

    def _tensor(self, shape, kind: int) -> int:
        tensor = schema.TensorT()
        tensor.shape, tensor.type, tensor.buffer, tensor.hasRank = np.array(shape, np.int32), kind, 0, True
        self.graph.tensors.append(tensor)
        return len(self.graph.tensors) - 1

    def _quantize(self, number: int, scales, zero_point: int, axis: int = 0) -> None:
        quantization = self.graph.tensors[number].quantization = schema.QuantizationParametersT()
        quantization.scale = np.atleast_1d(np.array(scales, np.float32))
        quantization.zeroPoint = np.full(len(quantization.scale), zero_point, np.int64)
        quantization.quantizedDimension = axis


def run(model_bytes: bytes, inputs: np.ndarray) -> np.ndarray:
    """What LiteRT gives, one example at a time: a graph may name its batch of 1."""
    interpreter = runtime.load(model_bytes)
    source, target = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]
    outputs = []
    for example in inputs:
        interpreter.set_tensor(source, example[None])
        interpreter.invoke()
        outputs.append(interpreter.get_tensor(target)[0])
    return np.stack(outputs)
