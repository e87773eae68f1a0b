"""Float inputs and outputs around an int8 graph, for runtimes that take no int8 tensors, such as LiteRT.js."""

import copy

from deploy.tflite.flatbuffer import operator_name, read_model, write_model
from deploy.tflite.schema import Model, Operator, SubGraph, generated


def with_float_io(model_bytes: bytes) -> bytes:
    """The same graph between a QUANTIZE and a DEQUANTIZE; files whose inputs and outputs are no int8 stay as they are.

    Raises `FileRefused` for bytes that are no model.
    """
    model = read_model(model_bytes)
    graph = model.subgraphs[0]
    # Unpacked, they are views of the file's own bytes.
    graph.inputs, graph.outputs = list(graph.inputs), list(graph.outputs)
    changed = False
    for numbers, operator, before in (
        (graph.inputs, "QUANTIZE", True),
        (graph.outputs, "DEQUANTIZE", False),
    ):
        for place, number in enumerate(numbers):
            if graph.tensors[number].type != generated.TensorType.INT8:
                continue
            changed = True
            twin = _float_twin(graph, number)
            ends = (twin, number) if before else (number, twin)
            graph.operators.insert(0 if before else len(graph.operators), _operator(model, operator, *ends))
            numbers[place] = twin
            for signature in model.signatureDefs or ():
                for named in (signature.inputs if before else signature.outputs) or ():
                    if named.tensorIndex == number:
                        named.tensorIndex = twin
    if not changed:
        return model_bytes
    return write_model(model)


def _float_twin(graph: SubGraph, number: int) -> int:
    twin = copy.copy(graph.tensors[number])
    twin.name = (twin.name or b"") + b"_float"
    twin.type, twin.quantization = generated.TensorType.FLOAT32, None
    graph.tensors.append(twin)
    return len(graph.tensors) - 1


def _operator(model: Model, name: str, source: int, target: int) -> Operator:
    names = [operator_name(code) for code in model.operatorCodes]
    if name not in names:
        code = generated.OperatorCodeT()
        code.builtinCode = code.deprecatedBuiltinCode = getattr(generated.BuiltinOperator, name)
        code.version = 2
        model.operatorCodes.append(code)
        names.append(name)
    operator = generated.OperatorT()
    operator.opcodeIndex, operator.inputs, operator.outputs = names.index(name), [source], [target]
    return operator
