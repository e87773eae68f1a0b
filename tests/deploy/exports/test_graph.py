"""Reading a .tflite's graph, and turning it channels first."""

import random

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from deploy.errors import ExportRefused, FileRefused
from deploy.exports.channels_first import channels_first
from deploy.exports.graph import KINDS, WEIGHTED
from deploy.exports.read_graph import read_graph
from deploy.latency.skeleton import skeleton
from deploy.tflite import model_io, operators, runtime
from deploy.tflite.flatbuffer import read_model, write_model
from search.choices import sample
from search.space import Space
from search.task import Task
from search.walk import walk
from tests.deploy.exports.drawn import Drawn, run
from tests.deploy.exports.single_operators import ARRANGEMENTS


def student(seed: int) -> bytes:
    shape = ((8, 8, 1), (13, 9, 3))[seed % 2]
    blocks = dict(blocks=("dense", "depthwise", "basic"), projections=(False, True))
    space = Space(depths=(1, 2), downscales=(1, 2), stem_strides=(1, 2), **blocks)
    return skeleton(walk(sample(space, Task(input_shape=shape, classes=10), random.Random(seed))))


@pytest.mark.parametrize("seed", range(6))
def test_it_is_the_graph_that_others_read(seed):
    model_bytes = student(seed)
    graph, sign = read_graph(model_bytes), model_io.signature(runtime.load(model_bytes))
    read = [(each.name, each.output_shape, each.dtype) for each in operators.Graph(model_bytes).operators()]
    assert [(each.kind, each.output.shape, each.output.dtype) for each in graph.operators] == read
    assert (graph.input.shape, graph.output.shape) == (sign.input_shape, sign.output_shape)
    assert graph.dtype == "int8"
    for operator in graph.operators:
        if operator.window:
            (before, after), source = np.transpose(operator.window.pads), operator.inputs[0].shape[1:3]
            seen = np.array(source) + before + after - np.array(operator.window.kernel)
            np.testing.assert_array_equal(seen // operator.window.strides + 1, operator.output.shape[1:3])


def test_constants_stand_for_what_litert_makes_of_them(student_bytes):
    interpreter = runtime.load(student_bytes)
    details = {detail["index"]: detail for detail in interpreter.get_tensor_details()}
    checked = 0
    for operator in read_graph(student_bytes).operators:
        for tensor in operator.inputs[1 : 3 if operator.kind in WEIGHTED else 1]:
            quantization, values = (
                details[tensor.number]["quantization_parameters"],
                interpreter.get_tensor(tensor.number),
            )
            along = [-1 if axis == quantization["quantized_dimension"] else 1 for axis in range(values.ndim)]
            expected = values * quantization["scales"].reshape(along).astype(np.float64)
            np.testing.assert_allclose(tensor.real, expected, rtol=1e-6)
            checked += 1
    assert checked >= 10


@pytest.mark.parametrize("name", ARRANGEMENTS)
def test_channels_come_first_and_nothing_else_changes(name):
    graph = read_graph(ARRANGEMENTS[name](Drawn(0)))
    turned = channels_first(graph)
    kept = [each for each in turned.operators if each.kind not in ("TRANSPOSE", "RESHAPE")]
    assert [each.kind for each in kept] == [each.kind for each in graph.operators if each.kind != "RESHAPE"]
    made = {turned.input.number: turned.input}
    for operator in turned.operators:
        for tensor in operator.inputs:
            # What is read was made before, with that shape, or is a constant.
            assert tensor.values is not None or made[tensor.number].shape == tensor.shape
            if tensor.values is not None:
                assert tensor.values.shape == tensor.shape
        made[operator.output.number] = operator.output
    assert sorted(turned.output.shape) == sorted(graph.output.shape)
    assert turned.output.number in made


def test_limits_of_activations_are_in_the_outputs_own_steps():
    for seed in range(20):
        drawn = Drawn(seed)
        file = ARRANGEMENTS["sum, relu6"](drawn)
        operator = read_graph(file).operators[-1]
        found = run(file, np.random.default_rng(0).integers(-128, 128, (50, 7, 6, 6), np.int8))
        low, high = operator.clamp_steps
        assert low <= found.min()
        assert found.max() <= high
        scale, zero_point = operator.output.scales[0], operator.output.zero_points[0]
        np.testing.assert_allclose(operator.reach, ((low - zero_point) * scale, (high - zero_point) * scale))
        # To half a step.
        assert -0.5 * scale <= operator.reach[0]
        assert operator.reach[1] <= 6 + 0.5 * scale


def test_weights_in_float16_are_constants():
    drawn = Drawn(0, quantized=False)
    source, weights = drawn.value(1, 4), drawn.constant(np.arange(8, dtype=np.float16).reshape(2, 4))
    widened = drawn.operator("DEQUANTIZE", [weights], drawn.value(2, 4))
    target = drawn.value(1, 2)
    drawn.operator("FULLY_CONNECTED", [source, widened, -1], target, "FullyConnectedOptions", 1)
    (operator,) = read_graph(drawn.file(source, target)).operators
    assert operator.inputs[1].dtype == "float16"
    np.testing.assert_array_equal(operator.inputs[1].real, np.arange(8).reshape(2, 4))


def test_an_operator_that_is_not_known_is_named_with_those_that_are():
    drawn = Drawn(0)
    source = drawn.value(1, 4, 4, 1)
    middle = drawn.operator("LOGISTIC", [source], drawn.value(1, 4, 4, 1))
    with pytest.raises(ExportRefused, match="LOGISTIC, TANH, which .* CONV_2D") as refused:
        read_graph(drawn.file(source, drawn.operator("TANH", [middle], drawn.value(1, 4, 4, 1))))
    assert all(kind in str(refused.value) for kind in KINDS)


def test_a_custom_operator_is_named():
    drawn = Drawn(0)
    source = drawn.value(1, 4)
    target = drawn.operator("CUSTOM", [source], drawn.value(1, 4))
    drawn.model.operatorCodes[0].customCode = b"MineOnly"
    with pytest.raises(ExportRefused, match="MineOnly"):
        read_graph(drawn.file(source, target))


def test_arrangements_that_are_not_known_are_named():
    drawn = Drawn(0)
    source, other, target = drawn.value(1, 4, 4, 2), drawn.value(1, 1, 1, 2), drawn.value(1, 4, 4, 2)
    drawn.operator("QUANTIZE", [source], other)
    drawn.operator("ADD", [source, other], target, "AddOptions")
    with pytest.raises(ExportRefused, match=r"ADD of \(1, 4, 4, 2\) and \(1, 1, 1, 2\)"):
        read_graph(drawn.file(source, target))

    drawn = Drawn(0)
    source, target = drawn.value(1, 4), drawn.value(1, 4)
    activation = schema.ActivationFunctionType.TANH
    drawn.operator("ADD", [source, source], target, "AddOptions", fusedActivationFunction=activation)
    with pytest.raises(ExportRefused, match="ADD with the activation TANH"):
        read_graph(drawn.file(source, target))

    drawn = Drawn(0)
    source, weights, target = drawn.value(1, 4), drawn.value(2, 4), drawn.value(1, 2)
    drawn.operator("FULLY_CONNECTED", [source, weights, -1], target, "FullyConnectedOptions")
    with pytest.raises(ExportRefused, match="FULLY_CONNECTED with a computed"):
        read_graph(drawn.file(source, target))

    file = drawn.file(source, target)
    model = read_model(file)
    model.subgraphs[0].inputs = [source, weights]
    with pytest.raises(ExportRefused, match="2 inputs and 1 outputs"):
        read_graph(write_model(model))


@pytest.mark.parametrize("content", [b"", b"nothing", b"\x00" * 100])
def test_bytes_that_are_no_model_are_refused(content):
    with pytest.raises(FileRefused, match="TFL3"):
        read_graph(content)
