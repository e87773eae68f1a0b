"""Float inputs and outputs around an int8 graph, for runtimes that take no int8 tensors, such as LiteRT.js."""

import copy

from ai_edge_litert import schema_py_generated as schema

from deploy.tflite.flatbuffer import operator_name, read_model, write_model


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
            if graph.tensors[number].type != schema.TensorType.INT8:
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


def _float_twin(graph: schema.SubGraphT, number: int) -> int:
    twin = copy.copy(graph.tensors[number])
    twin.name, twin.type, twin.quantization = twin.name + b"_float", schema.TensorType.FLOAT32, None
    graph.tensors.append(twin)
    return len(graph.tensors) - 1


def _operator(model: schema.ModelT, name: str, source: int, target: int) -> schema.OperatorT:
    names = [operator_name(code) for code in model.operatorCodes]
    if name not in names:
        code = schema.OperatorCodeT()
        code.builtinCode = code.deprecatedBuiltinCode = getattr(schema.BuiltinOperator, name)
        code.version = 2
        model.operatorCodes.append(code)
        names.append(name)
    operator = schema.OperatorT()
    operator.opcodeIndex, operator.inputs, operator.outputs = names.index(name), [source], [target]
    return operator
