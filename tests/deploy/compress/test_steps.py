"""Prune, quantize and convert as the finalists go through them."""

import numpy as np
import pytest
import tf_keras

from deploy.budget import Budget
from deploy.compress.convert import convert
from deploy.compress.quantize import quantizable, set_input_range
from deploy.compress.steps import Representative
from deploy.compress.zeros import with_zeros
from deploy.cost import CostReport
from deploy.proof.evidence import Evidence
from deploy.proof.parity import parity
from deploy.proof.prove import prove
from deploy.tflite import model_io, runtime
from deploy.tflite.audit import audit
from distill.examples import SCALED_RANGE, Splits, scaled
from distill.recipe import Recipe
from distill.train import predict, train
from distill.views.augmentation import Augmentation, Views
from search.build import build
from search.genotype import Genotype, Stage

STAGES = tuple(
    Stage(block=block, width=16, depth=2, kernel=3, expansion=2, stride=1, residual=True)
    for block in ("dense", "depthwise")
)
STAGES += (
    Stage(block="basic", width=24, depth=2, kernel=3, expansion=1, stride=2, residual=True, projection=True),
)  # fmt: skip


@pytest.fixture(scope="module")
def compressed(stripes):
    return finished(stripes)


def finished(stripes, inputs=None, **choices):
    """A student as a finalist: pruned, quantized with ranges that start from inputs, converted."""
    stem = dict(stem_width=16, stem_kernel=3, stem_stride=1)
    model = build(Genotype(input_shape=(8, 8, 1), classes=2, **stem, stages=STAGES, **choices), seed=0)
    splits = Splits(train=stripes, validation=stripes)
    views = Views(augmentation=Augmentation(), count=1, seed=0)
    calls = []

    def finetune(model, callbacks=()):
        calls.append(type(model.layers[1]).__name__)
        return train(model, splits, Recipe(batch_size=20), epochs=3, callbacks=callbacks, views=views)

    pruned = with_zeros(model, 0.5, steps=30, finetune=finetune)
    quantized = quantizable(pruned, keep_zeros=True, inputs=inputs)
    finetune(quantized)
    set_input_range(quantized, *SCALED_RANGE)
    return pruned, quantized, convert(quantized)


def test_ranges_start_from_the_data(compressed, stripes):
    pruned, _, _ = compressed
    inputs = scaled(stripes.pixels[:50].astype(np.float32))
    started = quantizable(pruned, keep_zeros=True, inputs=inputs)
    logits = pruned(inputs).numpy()
    head = {v.name.split("/")[-1]: float(v) for v in started.get_layer("quant_head_").weights if "post" in v.name}
    assert head["post_activation_min:0"] == pytest.approx(min(logits.min(), 0), rel=1e-5)
    assert head["post_activation_max:0"] == pytest.approx(max(logits.max(), 0), rel=1e-5)
    assert np.mean(started(inputs).numpy().argmax(axis=1) == logits.argmax(axis=1)) >= 0.98


@pytest.mark.parametrize("keep_zeros", [True, False])
def test_weights_have_their_ranges_without_a_training_step(compressed, stripes, keep_zeros):
    pruned, _, _ = compressed
    inputs = scaled(stripes.pixels[:50].astype(np.float32))
    started = quantizable(pruned, keep_zeros=keep_zeros, inputs=inputs)
    checked = 0
    for layer in started.layers:
        variables = {v.name.split("/")[-1].split(":")[0]: v.numpy() for v in layer.variables}
        for kind in ("kernel", "depthwise_kernel"):
            if f"{kind}_max" in variables:
                kernel = next(values for name, values in variables.items() if name.split("/")[-1] == kind)
                assert variables[f"{kind}_max"].max() == pytest.approx(np.abs(kernel).max(), rel=1e-5)
                checked += 1
        for name in ("moving_mean", "gamma", "beta"):
            if name in variables:
                source = pruned.get_layer(layer.name.removeprefix("quant_"))
                np.testing.assert_array_equal(variables[name], getattr(source, name))
    assert checked >= 8
    # A file without any training follows the float model.
    set_input_range(started, *SCALED_RANGE)
    float_classes = predict(pruned, stripes.pixels).argmax(axis=1)
    assert np.mean(runtime.run(convert(started), stripes.pixels).argmax(axis=1) == float_classes) >= 0.98


def test_a_second_model_of_the_process_gets_its_input_range_too(compressed):
    pruned, _, _ = compressed
    names = set()
    for low in (-1.0, -0.5):
        again = quantizable(pruned, keep_zeros=False, inputs=np.zeros((2, 8, 8, 1), np.float32))
        set_input_range(again, low, 2.0)
        values = {v.name.split("/")[-1]: float(v) for v in again.layers[1].variables}
        name = again.layers[1].name
        assert (values[f"{name}_min:0"], values[f"{name}_max:0"]) == (low, 2.0)
        names.add(name)
    assert len(names) == 2


def test_pruning_sets_the_asked_share_to_zero_and_leaves_no_wrapper(compressed):
    pruned, _, _ = compressed
    for layer in pruned.layers:
        assert "prune" not in layer.name
        if isinstance(layer, tf_keras.layers.Conv2D) and not isinstance(layer, tf_keras.layers.DepthwiseConv2D):
            assert np.mean(layer.get_weights()[0] == 0) == pytest.approx(0.5, abs=0.02)


def test_zeros_survive_quantization_into_the_file(compressed):
    pruned, _, model_bytes = compressed
    kernels = [w for w in pruned.get_weights() if w.ndim > 1]
    expected = sum((w == 0).sum() for w in kernels) / sum(w.size for w in kernels)
    # Small weights that round to zero only add to them.
    assert audit(model_bytes).sparsity >= expected > 0.3


def test_the_file_is_int8_throughout_and_xnnpack_runs_it_whole(compressed):
    found = audit(compressed[2])
    assert found.activation_dtypes == found.weight_dtypes == ("int8",)
    assert set(found.operators) == {"CONV_2D", "DEPTHWISE_CONV_2D", "ADD", "MEAN", "FULLY_CONNECTED"}
    assert found.whole_graph_delegated


def test_the_files_inputs_are_the_pixels_less_128(compressed):
    sign = model_io.signature(runtime.load(compressed[2]))
    assert (sign.input_scale, sign.input_zero_point) == (1 / 128, 0)
    pixels = np.arange(256).astype(np.uint8)
    np.testing.assert_array_equal(model_io.prepared(pixels, sign), np.arange(-128, 128))


def test_the_file_agrees_with_the_keras_model(compressed, stripes):
    _, quantized, model_bytes = compressed
    found = parity(model_bytes, stripes.pixels, predict(quantized, stripes.pixels))
    assert found.agreement >= 0.99
    assert found.mean_error_steps < 1


@pytest.mark.parametrize("keep_zeros", [True, False])
def test_frozen_weights_stay_frozen_under_quantization(keep_zeros):
    stem = dict(stem_width=16, stem_kernel=3, stem_stride=1)
    genotype = Genotype(input_shape=(8, 8, 1), classes=2, downscale=2, **stem, stages=STAGES)
    model = build(genotype, seed=0)
    quantized = quantizable(model, keep_zeros=keep_zeros)
    assert len(quantized.trainable_weights) == len(model.trainable_weights)
    assert not any("pool_" in weight.name for weight in quantized.trainable_weights)
    assert sum("pool_/depthwise_kernel:" in weight.name for weight in quantized.variables) == 1


def test_a_lower_resolution_stays_a_mean_through_it_all_and_its_file_is_proven(stripes):
    inputs = scaled(stripes.pixels.astype(np.float32))
    pruned, quantized, model_bytes = finished(stripes, inputs, downscale=2)
    np.testing.assert_array_equal(pruned.get_layer("pool_").get_weights()[0], np.full((2, 2, 1, 1), 0.25))
    interpreter = runtime.load(model_bytes)
    image, kernel, bias, pooled = (
        interpreter._get_tensor_details(int(index), 0)
        for operator in interpreter._get_ops_details()[:1]
        for index in (*operator["inputs"], *operator["outputs"])
    )
    # The image goes in as pixels less 128, and nothing stands between it and the mean, which has a range of its own.
    assert image["quantization"] == (1 / 128, 0)
    assert tuple(pooled["shape"]) == (1, 4, 4, 1)
    assert pooled["quantization"][0] < 1.1 / 128
    np.testing.assert_array_equal(interpreter.get_tensor(kernel["index"]), np.full((1, 2, 2, 1), 127))
    assert kernel["quantization"][0] == pytest.approx(0.25 / 127)
    assert not interpreter.get_tensor(bias["index"]).any()
    cost = CostReport(
        macs=1, params=1, size_bytes=len(model_bytes), size_source="measured", peak_ram_bytes=1,
        peak_ram_source="estimated", latency_ms=None, latency_source="estimated", device="host",
    )  # fmt: skip
    proof = prove(
        model_bytes, test=stripes, budget=Budget(), cost=cost,
        evidence=Evidence(latency=None, parity=parity(model_bytes, stripes.pixels, predict(quantized, stripes.pixels))),
    )  # fmt: skip
    assert [check.name for check in proof.checks if not check.passed] == []
    assert proof.test_accuracy > 0.9


@pytest.mark.parametrize("labels", [[], [1, 1, 1]])
def test_examples_of_no_or_one_class_calibrate_nothing(labels):
    with pytest.raises(ValueError, match=r"examples to calibrate with are of [01] classes"):
        Representative(inputs=np.zeros((len(labels), 8, 8, 1)), labels=np.array(labels), input_range=SCALED_RANGE)
