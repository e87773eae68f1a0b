"""ONNX files against the .tflite that they come from."""

import random
import sys
from dataclasses import replace

import numpy as np
import pytest

from deploy.errors import ExportRefused
from deploy.exports.onnx import exported
from deploy.exports.onnx_writer import onnx_of
from deploy.exports.read_graph import read_graph
from deploy.latency.skeleton import skeleton
from deploy.tflite import model_io, runtime
from experiments.benchmarks.cases.untrained import built_with_biases
from search.choices import sample
from search.space import Space
from search.task import Task
from search.walk import walk
from tests.deploy.exports.drawn import Drawn, run
from tests.deploy.exports.single_operators import ARRANGEMENTS
from tests.deploy.integration.small_bundles import bundle_of, small_bundle

onnx = pytest.importorskip("onnx", reason="onnx is not installed")
onnxruntime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

LEVELS = onnxruntime.GraphOptimizationLevel
SPACE = Space(depths=(1, 2, 3), stem_strides=(1, 2), downscales=(1, 2), head_widths=(0, 32))


def run_onnx(content: bytes, inputs: np.ndarray, level=LEVELS.ORT_ENABLE_ALL) -> np.ndarray:
    options = onnxruntime.SessionOptions()
    options.log_severity_level, options.graph_optimization_level = 4, level
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    return session.run(None, {"pixels": inputs})[0]


def drawn_inputs(model_bytes: bytes, seed: int) -> np.ndarray:
    shape = (24, *model_io.signature(runtime.load(model_bytes)).input_shape[1:])
    return np.random.default_rng(seed).integers(-128, 128, shape, np.int8)


def genotype(seed: int):
    shape = ((8, 8, 1), (16, 12, 3), (13, 9, 3), (24, 24, 1))[seed % 4]
    return sample(SPACE, Task(input_shape=shape, classes=10), random.Random(seed))


def student(seed: int) -> bytes:
    """As the converter writes it, with the ranges of noise."""
    from deploy.compress.convert import convert
    from deploy.compress.quantize import quantizable

    value = genotype(seed)
    noise = np.random.default_rng(seed).uniform(-1, 1, (50, *value.input_shape)).astype(np.float32)
    return convert(quantizable(built_with_biases(value), keep_zeros=False, inputs=noise))


@pytest.mark.parametrize("seed", range(4))
def test_students_are_the_same_to_a_step(seed):
    model_bytes = student(seed)
    inputs = drawn_inputs(model_bytes, seed)
    expected, content = run(model_bytes, inputs), onnx_of(read_graph(model_bytes), {})
    # Or the comparison would say little.
    assert np.unique(expected).size > 10
    for level in (LEVELS.ORT_DISABLE_ALL, LEVELS.ORT_ENABLE_ALL):
        found = run_onnx(content, inputs, level)
        assert np.abs(found.astype(int) - expected).max() <= 1
        assert np.mean(found == expected) > 0.99


@pytest.mark.parametrize("seed", range(8))
def test_students_with_drawn_weights_are_the_same(seed):
    model_bytes = skeleton(walk(genotype(seed)))
    inputs = drawn_inputs(model_bytes, seed)
    found = run_onnx(onnx_of(read_graph(model_bytes), {}), inputs)
    np.testing.assert_array_equal(found, run(model_bytes, inputs))


@pytest.mark.parametrize("seed", range(3))
def test_students_in_float_are_the_same(seed):
    model_bytes = skeleton(walk(genotype(seed)), quantized=False)
    inputs = drawn_inputs(model_bytes, seed).astype(np.float32) / 128
    expected = run(model_bytes, inputs)
    found = run_onnx(onnx_of(read_graph(model_bytes), {}), inputs)
    np.testing.assert_allclose(found, expected, atol=1e-5 * np.ptp(expected))


@pytest.mark.parametrize("name", ARRANGEMENTS)
@pytest.mark.parametrize("seed", range(2))
def test_each_operator_gives_the_same_steps(name, seed):
    model_bytes = ARRANGEMENTS[name](Drawn(seed))
    inputs, content = drawn_inputs(model_bytes, seed), onnx_of(read_graph(model_bytes), {})
    expected = run(model_bytes, inputs)
    for level in (LEVELS.ORT_DISABLE_ALL, LEVELS.ORT_ENABLE_ALL):
        np.testing.assert_array_equal(run_onnx(content, inputs, level), expected)


@pytest.mark.parametrize("name", ARRANGEMENTS)
def test_each_operator_in_float_gives_the_same_numbers(name):
    model_bytes = ARRANGEMENTS[name](Drawn(0, quantized=False))
    inputs = drawn_inputs(model_bytes, 0).astype(np.float32) / 32
    expected = run(model_bytes, inputs)
    found = run_onnx(onnx_of(read_graph(model_bytes), {}), inputs)
    np.testing.assert_allclose(found, expected, atol=1e-5 * np.ptp(expected))


@pytest.fixture(scope="module")
def export():
    return exported(small_bundle(12, 16, 3))


def test_a_converted_student_gives_the_known_answers(export):
    answers = small_bundle(12, 16, 3).answers
    assert np.unique(answers.outputs).size > 20
    assert export.outputs.dtype == answers.outputs.dtype
    np.testing.assert_array_equal(export.outputs, answers.outputs)
    assert export.same_integers
    assert export.ran_in == f"onnxruntime {onnxruntime.__version__}, CPU"


def test_the_file_says_what_goes_in_and_what_comes_out(export):
    model, bundle = onnx.load_from_string(export.files["model.onnx"]), small_bundle(12, 16, 3)
    (taken,), (given,) = model.graph.input, model.graph.output
    shapes = [[size.dim_param or size.dim_value for size in end.type.tensor_type.shape.dim] for end in (taken, given)]
    assert shapes == [["batch", 12, 16, 3], ["batch", 10]]
    assert {end.type.tensor_type.elem_type for end in (taken, given)} == {onnx.TensorProto.INT8}
    assert {entry.key for entry in model.metadata_props} == {"labels", "preprocessing"}
    # Operators of the standard, none of one runtime's own.
    assert {opset.domain for opset in model.opset_import} == {""}
    files = bundle.files()
    for name in ("labels.txt", "preprocessing.json"):
        assert export.files[name] == files[name]


def test_weights_stay_in_a_byte_each(export):
    model = onnx.load_from_string(export.files["model.onnx"])
    large = [each for each in model.graph.initializer if len(each.dims) > 1]
    assert {each.data_type for each in large} == {onnx.TensorProto.INT8}
    assert len(export.files["model.onnx"]) < 1.5 * len(small_bundle(12, 16, 3).model_bytes)


@pytest.mark.parametrize(
    ("numbers", "note"), [("dynamic_range", "int8 as it runs"), ("int16x8", "int16"), ("float16", "float32")]
)
def test_other_numbers_than_int8(numbers, note, stripes):
    import tf_keras

    from deploy.compress.convert import convert

    layers = tf_keras.layers
    image = tf_keras.Input((8, 8, 1))
    x = layers.ReLU(6.0)(layers.Conv2D(64, 3, padding="same")(image))
    x = layers.Concatenate()([x, layers.ReLU()(layers.DepthwiseConv2D(3, padding="same")(x))])
    x = layers.Flatten()(layers.AveragePooling2D()(layers.MaxPooling2D()(layers.ZeroPadding2D(1)(x))))
    model = tf_keras.Model(image, layers.Dense(10)(layers.Dense(32, "relu")(x)))
    bundle = bundle_of(convert(model, numbers, stripes.pixels[:50].astype(np.float32) / 128 - 1), None)
    export = exported(bundle)
    assert not export.same_integers
    assert note in " ".join(export.notes)
    # int16 has 65,536 steps; the range that int8 takes for each example is what the float layers leave out.
    close = {"dynamic_range": 0.05, "int16x8": 0.001, "float16": 1e-5}[numbers]
    outputs = bundle.answers.outputs.astype(float)
    assert np.abs(export.outputs - outputs).max() <= close * np.ptp(outputs)


@pytest.mark.parametrize("package", ["onnx", "onnxruntime"])
def test_a_missing_package_is_named(package, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ExportRefused, match=r"pip install 'potstill\[onnx\]'"):
        exported(small_bundle(12, 16, 3))


def test_an_operator_that_is_not_known_is_named():
    drawn = Drawn(0)
    source = drawn.value(1, 4, 4, 1)
    file = drawn.file(source, drawn.operator("TANH", [source], drawn.value(1, 4, 4, 1)))
    with pytest.raises(ExportRefused, match="TANH"):
        exported(replace(small_bundle(12, 16, 3), model_bytes=file))
