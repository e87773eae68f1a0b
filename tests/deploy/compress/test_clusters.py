"""Few different weights: in the model, and in the bytes of its file."""

import numpy as np
import pytest
import tensorflow as tf
import tf_keras
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.compress.clusters import clustered, codebook, snapped
from deploy.compress.compression import parsed
from deploy.compress.steps import Representative, Training, compress
from deploy.tflite.audit import audit
from search.build import build
from search.genotype import Genotype, Stage
from tests.deploy.models import with_random_weights

GENOTYPE = Genotype(
    input_shape=(8, 8, 1), classes=2, stem_width=16, stem_kernel=3, stem_stride=1,
    stages=(Stage(block="depthwise", width=16, depth=1, kernel=3, expansion=2, stride=1, residual=True),),
)  # fmt: skip


def kernel(seed, *shape):
    return np.random.default_rng(seed).normal(0, 1, shape).astype(np.float32)


@given(st.integers(0, 100), st.integers(3, 64), st.booleans())
@settings(max_examples=30)
def test_a_codebook_has_zero_both_ends_and_no_more_than_asked_for(seed, count, powers):
    book = codebook(kernel(seed, 3, 3, 4, 8), count, powers)
    assert len(book) <= max(count, 3)
    assert {-1.0, 0.0, 1.0} <= set(book)
    np.testing.assert_array_equal(book, np.sort(book))
    if powers:
        np.testing.assert_array_equal(np.log2(book[book > 0]) % 1, 0)


@given(st.integers(0, 100), st.integers(3, 32))
@settings(max_examples=30)
def test_snapping_takes_the_nearest_keeps_zeros_and_scale_and_is_done_once(seed, count):
    weights = kernel(seed, 2, 2, 3, 5)
    weights[0, 0, 0] = 0
    book = codebook(weights, count, powers_of_two=False)
    once = snapped(tf.constant(weights), book).numpy()
    largest = np.abs(weights).max(axis=(0, 1, 2))
    np.testing.assert_allclose(np.abs(once).max(axis=(0, 1, 2)), largest, rtol=1e-6)
    assert not once[0, 0, 0].any()
    nearest = np.abs(weights[..., None] / largest[:, None] - book).min(axis=-1)
    np.testing.assert_allclose(np.abs(weights - once) / largest, nearest, atol=1e-5)
    np.testing.assert_allclose(snapped(tf.constant(once), book), once, atol=1e-6)


def test_more_clusters_are_nearer():
    weights = kernel(0, 3, 3, 16, 16)
    errors = [
        np.abs(snapped(tf.constant(weights), codebook(weights, count, powers_of_two=False)) - weights).mean()
        for count in (4, 8, 16, 32)
    ]
    assert errors == sorted(errors, reverse=True)


def test_depthwise_kernels_stay_and_the_model_is_left_as_it_is():
    model = with_random_weights(build(GENOTYPE, seed=0), 0)
    before = model.get_weights()
    few, books = clustered(model, 8, powers_of_two=False)
    for old, new in zip(before, model.get_weights()):
        np.testing.assert_array_equal(old, new)
    for layer in few.layers:
        if "depthwise" in type(layer).__name__.lower():
            np.testing.assert_array_equal(layer.get_weights()[0], model.get_layer(layer.name).get_weights()[0])
            assert layer.name not in books


@pytest.mark.parametrize("text", ["clusters 8, int8", "clusters 9, powers_of_two, int8", "zeros 0.5, clusters 8, int8"])
@pytest.mark.parametrize("trained", [False, True])
def test_the_file_has_no_more_different_weights_than_clusters(text, trained, stripes):
    from ai_edge_litert.interpreter import Interpreter

    from distill.examples import SCALED_RANGE, scaled

    model = build(GENOTYPE, seed=0)
    inputs = scaled(stripes.pixels[:64].astype(np.float32))
    trainings = []

    def finetune(model, phase, callbacks, share):
        trainings.append(phase)
        model.compile("sgd", tf_keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        model.fit(inputs, stripes.labels[:64], epochs=2, verbose=0, callbacks=list(callbacks))

    representative = Representative(inputs=inputs, labels=stripes.labels[:64], input_range=SCALED_RANGE)
    compression = parsed(f"{text}, trained" if trained else text)
    made = compress(model, compression, representative, Training(finetune=finetune, pruning_steps=4))
    assert trainings == ([*(["pruning"] if compression.zeros else []), "quantization"] if trained else [])
    interpreter = Interpreter(model_content=made.file)
    kernels = [
        interpreter.get_tensor(detail["index"])
        for detail in interpreter.get_tensor_details()
        if detail["dtype"] == np.int8
        and len(detail["shape"]) == 4
        and detail["quantization_parameters"]["scales"].size > 1
    ]
    checked = 0
    for values in kernels:
        if values.shape[0] > 1:  # Depthwise kernels have 1 here.
            # Batch normalization with a negative scale turns a channel round.
            assert len(np.unique(np.abs(values))) <= 8
            checked += 1
    assert checked >= 3
    if compression.zeros:
        assert audit(made.file).sparsity > 0.4
