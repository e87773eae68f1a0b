"""Core ML packages: read again after they were saved, and computed in NumPy."""

import json
import random
import sys
from dataclasses import replace

import numpy as np
import pytest

from deploy.errors import ExportRefused
from deploy.exports.agreement import agreement
from deploy.exports.coreml import PACKAGE, exported
from deploy.exports.mil_writer import mil_of
from deploy.exports.read_graph import read_graph
from deploy.latency.skeleton import skeleton
from deploy.tflite import model_io, runtime
from deploy.tflite.native_log import silenced
from search.choices import sample
from search.space import Space
from search.task import Task
from search.walk import walk
from tests.deploy.exports.drawn import Drawn, run
from tests.deploy.exports.mil_in_numpy import computed, package_outputs, reopened
from tests.deploy.exports.single_operators import ARRANGEMENTS
from tests.deploy.integration.small_bundles import SOUND, bundle_of, small_bundle

with silenced():
    coremltools = pytest.importorskip("coremltools", reason="coremltools is not installed")


def saved_in(folder, files: dict[str, bytes]):
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def compared(export, bundle, folder):
    """The agreement of what the saved package gives, computed in NumPy."""
    return agreement(replace(export, outputs=package_outputs(folder, bundle)), bundle)


@pytest.fixture(scope="module")
def bundle(student_bytes, stripes):
    found = bundle_of(student_bytes, None)
    pixels = stripes.pixels[:120]
    answers = replace(
        found.answers, pixels=pixels, labels=stripes.labels[:120], outputs=runtime.run(student_bytes, pixels)
    )
    return replace(found, answers=answers, labels=("across", "down"))


@pytest.fixture(scope="module")
def export(bundle):
    return exported(bundle)


@pytest.fixture(scope="module")
def saved(export, tmp_path_factory):
    return saved_in(tmp_path_factory.mktemp("package"), export.files)


def test_it_answers_as_the_tflite_but_for_its_rounding(export, bundle, saved):
    found = compared(export, bundle, saved)
    assert found.examples == 120
    assert found.holds
    assert found.agreeing >= 118
    assert found.largest_steps <= 4
    assert "floating point what the .tflite rounds" in found.explanation
    assert not export.same_integers


def test_it_says_that_predictions_need_macos(export):
    assert "predictions need macOS" in export.ran_in
    assert export.ran_in.startswith("nothing")
    assert export.outputs is None
    assert "on a Mac, compare" in " ".join(export.notes)


def test_weights_are_those_of_the_file_in_a_byte_each(saved, bundle):
    _, program = reopened(saved)
    graph = read_graph(bundle.model_bytes)
    expected = [each.inputs[1] for each in graph.operators if each.weighted]
    found = [each for each in program.functions["main"].operations if each.op_type.startswith("constexpr")]
    assert len(found) == len(expected) > 3
    for operator, tensor in zip(found, expected):
        steps = operator.inputs["quantized_data"].val
        assert steps.dtype == np.int8
        np.testing.assert_array_equal(np.sort(steps, axis=None), np.sort(tensor.values, axis=None))
        scales = np.atleast_1d(operator.inputs["scale"].val).astype(float)
        # Half a step of float16, whose smallest step is 2^-24.
        np.testing.assert_allclose(scales, tensor.scales, rtol=2**-11, atol=2**-25)


def test_xcode_is_told_what_goes_in_and_what_comes_out(saved, bundle):
    model, program = reopened(saved)
    spec = model.get_spec()
    (taken,) = spec.description.input
    assert (taken.name, taken.type.imageType.width, taken.type.imageType.height) == ("pixels", 8, 8)
    assert taken.type.imageType.colorSpace == taken.type.imageType.ColorSpace.Value("GRAYSCALE")
    assert [each.name for each in spec.description.output] == ["classLabel", "classLabel_probs", "logits"]
    assert spec.description.predictedFeatureName == "classLabel"
    # iOS 16 and macOS 13.
    assert spec.specificationVersion == 7
    (classes,) = [each for each in program.functions["main"].operations if each.op_type == "classify"]
    assert tuple(classes.inputs["classes"].val) == bundle.labels


def test_confidences_are_of_the_logits(saved, bundle):
    _, program = reopened(saved)
    values = computed(program, {"pixels": bundle.answers.pixels[:1].transpose(0, 3, 1, 2).astype(np.float32)})
    powers = np.exp(values["logits"] - values["logits"].max())
    np.testing.assert_allclose(values["confidences"], powers / powers.sum(), atol=2e-3)


def test_the_same_bundle_gives_the_same_bytes(export, bundle):
    assert exported(bundle).files == export.files
    manifest = json.loads(export.files[f"{PACKAGE}/Manifest.json"])
    assert manifest["itemInfoEntries"][manifest["rootModelIdentifier"]]["path"].endswith("model.mlmodel")


def test_a_spectrogram_goes_in_as_an_array(tmp_path):
    bundle = small_bundle(20, 16, 1, SOUND)
    export = exported(bundle)
    model, _ = reopened(saved_in(tmp_path, export.files))
    (taken,) = model.get_spec().description.input
    assert tuple(taken.type.multiArrayType.shape) == (1, 1, 20, 16)
    assert "(1, 1, 20, 16)" in " ".join(export.notes)
    assert compared(export, bundle, tmp_path).largest_steps <= 12


def computed_here(model_bytes: bytes, inputs: np.ndarray, low: float = -1.0, high: float = 127 / 128) -> np.ndarray:
    """A file's program, converted to float32 and computed; outputs in the file's layout."""
    with silenced():
        model = coremltools.convert(
            mil_of(read_graph(model_bytes), low, high),
            convert_to="mlprogram",
            compute_precision=coremltools.precision.FLOAT32,
            minimum_deployment_target=coremltools.target.iOS16,
            skip_model_load=True,
        )
    turned = inputs.transpose(0, 3, 1, 2) if inputs.ndim == 4 else inputs
    outputs = []
    for example in turned.astype(np.float32):
        values = computed(model._mil_program, {"pixels": example[None]})
        outputs.append(values.get("logits", values["confidences"])[0])
    found = np.stack(outputs)
    return found.transpose(0, 2, 3, 1) if found.ndim == 4 else found


@pytest.mark.parametrize("seed", range(4))
def test_students_in_float_are_the_same(seed):
    shape = ((8, 8, 1), (16, 12, 3), (13, 9, 3), (24, 24, 1))[seed]
    space = Space(depths=(1, 2), stem_strides=(1, 2), downscales=(1, 2))
    model_bytes = skeleton(
        walk(sample(space, Task(input_shape=shape, classes=10), random.Random(seed))), quantized=False
    )
    pixels = np.random.default_rng(seed).integers(0, 256, (5, *shape))
    expected = run(model_bytes, pixels.astype(np.float32) / 128 - 1)
    np.testing.assert_allclose(computed_here(model_bytes, pixels), expected, atol=1e-4 * np.ptp(expected))


@pytest.mark.parametrize("name", ARRANGEMENTS)
def test_each_operator_in_float_gives_the_same_numbers(name):
    model_bytes = ARRANGEMENTS[name](Drawn(0, quantized=False))
    shape = model_io.signature(runtime.load(model_bytes)).input_shape[1:]
    pixels = np.random.default_rng(0).integers(0, 256, (5, *shape))
    expected = run(model_bytes, pixels.astype(np.float32) / 128 - 1)
    np.testing.assert_allclose(computed_here(model_bytes, pixels), expected, atol=1e-4 * np.ptp(expected))


@pytest.mark.parametrize("name", ARRANGEMENTS)
def test_each_operator_stays_within_the_ranges_of_its_steps(name):
    model_bytes = ARRANGEMENTS[name](Drawn(0))
    sign = model_io.signature(runtime.load(model_bytes))
    steps = np.random.default_rng(0).integers(-128, 128, (5, *sign.input_shape[1:]), np.int8)
    low, high = ((end - sign.input_zero_point) * sign.input_scale for end in (-128, 127))
    found = computed_here(model_bytes, steps.astype(int) + 128, low, high) / sign.output_scale + sign.output_zero_point
    # LiteRT brings one quantization to another by a factor of whole 256ths, which the sums have before them, and has no
    # step for a share of 1.
    allowed = {"sum": 3, "sof": 1}.get(name[:3], 0.51)
    assert np.abs(found - run(model_bytes, steps)).max() <= allowed


def test_a_model_that_ends_in_a_softmax_has_no_second_one(tmp_path):
    drawn = Drawn(0)
    source, target = drawn.value(1, 4, 4, 1), drawn.value(1, 3)
    weights = drawn.weights(source, 3, 16)
    drawn.operator("FULLY_CONNECTED", [source, *weights], target, "FullyConnectedOptions", 4)
    shares = drawn.value(1, 3, scale=np.float32(1 / 256), zero_point=-128)
    drawn.operator("SOFTMAX", [target], shares, "SoftmaxOptions", beta=1.0)
    bundle = bundle_of(drawn.file(source, shares), None)
    export = exported(bundle)
    assert compared(export, bundle, saved_in(tmp_path, export.files)).largest_steps <= 3


def test_a_missing_package_is_named(monkeypatch, bundle):
    monkeypatch.setitem(sys.modules, "coremltools", None)
    with pytest.raises(ExportRefused, match=r"pip install 'potstill\[coreml\]'"):
        exported(bundle)


def test_an_operator_that_is_not_known_is_named(bundle):
    drawn = Drawn(0)
    source = drawn.value(1, 4, 4, 1)
    file = drawn.file(source, drawn.operator("TANH", [source], drawn.value(1, 4, 4, 1)))
    with pytest.raises(ExportRefused, match="TANH"):
        exported(replace(bundle, model_bytes=file))
