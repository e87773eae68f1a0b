"""Prune, quantize and convert as the finalists go through them."""

import numpy as np
import pytest
import tf_keras

from deploy import runtime
from deploy.audit import audit
from deploy.convert import convert
from deploy.prove import parity
from deploy.prune import prune
from deploy.quantize import quantizable, set_input_range
from distill.augmentation import Augmentation
from distill.examples import SCALED_RANGE, scaled
from distill.recipe import Recipe
from distill.train import predict, train
from search.build import build
from search.genotype import Genotype, Stage

STAGES = tuple(
    Stage(block=block, width=16, depth=2, kernel=3, expansion=2, stride=1, residual=True)
    for block in ("dense", "depthwise")
)


@pytest.fixture(scope="module")
def compressed(stripes):
    genotype = Genotype(input_shape=(8, 8, 1), classes=2, stem_width=16, stem_kernel=3, stem_stride=1, stages=STAGES)
    model = build(genotype, seed=0)
    shared = dict(augmentation=Augmentation(), views=1, seed=0, validation=stripes)
    calls = []

    def finetune(model, callbacks=()):
        calls.append(type(model.layers[1]).__name__)
        return train(model, stripes, Recipe(batch_size=20), epochs=3, callbacks=callbacks, **shared)

    pruned = prune(model, 0.5, steps=30, finetune=finetune)
    quantized = quantizable(pruned, keep_zeros=True)
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
    # One step, without learning, gives the weights their ranges; then the model already follows the float one.
    started(inputs, training=True)
    assert np.mean(started(inputs).numpy().argmax(axis=1) == logits.argmax(axis=1)) >= 0.98


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
    sign = runtime.signature(runtime.load(compressed[2]))
    assert (sign.input_scale, sign.input_zero_point) == (1 / 128, 0)
    pixels = np.arange(256).astype(np.uint8)
    np.testing.assert_array_equal(runtime.quantized(pixels, sign), np.arange(-128, 128))


def test_the_file_agrees_with_the_keras_model(compressed, stripes):
    _, quantized, model_bytes = compressed
    found = parity(model_bytes, stripes.pixels, predict(quantized, stripes.pixels))
    assert found.agreement >= 0.99
    assert found.mean_error_steps < 1
