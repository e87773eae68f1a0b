from dataclasses import replace

import numpy as np
import pytest
import tf_keras

from search.build import build
from search.estimate import estimate
from search.genotype import Genotype, Stage
from search.walk import walk
from tests.conftest import RESIDUAL


@pytest.mark.parametrize("seed", range(12))
def test_built_parameters_and_shapes_equal_the_walk(genotypes, seed):
    genotype = replace(genotypes(seed), downscale=1 + seed % 3, head_width=(0, 24)[seed % 2])
    model = build(genotype, seed=0)
    layers = walk(genotype)
    # Folded, each batch norm leaves one bias per channel: its beta.
    kept = [w for w in model.weights if not any(s in w.name for s in ("gamma", "moving_mean", "moving_variance"))]
    assert sum(int(np.prod(w.shape)) for w in kept) == estimate(genotype, None).params
    for layer in layers[1:-2]:
        assert tuple(model.get_layer(layer.name).output_shape[1:]) == layer.shape
    assert model.output_shape == (None, 10)


@pytest.mark.parametrize("seed", range(8))
def test_residual_blocks_and_projections_are_built_as_they_are_walked(genotypes, seed):
    genotype = genotypes(seed, input_shape=(16, 16, 3), space=RESIDUAL)
    model, layers = build(genotype, seed=0), walk(genotype)
    for layer in layers[1:-2]:
        assert tuple(model.get_layer(layer.name).output_shape[1:]) == layer.shape
    for layer in layers:
        if layer.kind == "add":
            sources = [layers[source] for source in layer.inputs]
            assert sources[0].shape == sources[1].shape == layer.shape


def test_a_block_joins_where_shapes_are_equal_or_projected():
    def kinds(**fields):
        stage = Stage(**{**dict(block="basic", width=16, depth=2, kernel=3, expansion=1, stride=2), **fields})
        genotype = Genotype(
            input_shape=(8, 8, 1), classes=2, stem_width=16, stem_kernel=3, stem_stride=1, stages=(stage,)
        )
        return "".join(layer.name[-1] for layer in walk(genotype)[2:-2])

    assert kinds(residual=False, projection=True) == "kqkq"
    assert kinds(residual=True) == "kqkqa"
    assert kinds(residual=True, projection=True) == "ckqakqa"
    assert kinds(residual=True, projection=True, stride=1) == "kqakqa"
    assert kinds(residual=True, projection=True, block="depthwise") == "cdpadpa"


@pytest.mark.parametrize("seed", range(3))
def test_estimated_macs_equal_tensorflows_own_count(genotypes, seed):
    genotype = replace(genotypes(seed), downscale=1 + seed % 2)
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    model = build(genotype, seed=0)
    function = tf.function(lambda x: model(x, training=False)).get_concrete_function(
        tf.zeros((1, *genotype.input_shape))
    )
    graph = convert_variables_to_constants_v2(function).graph
    options = {**tf.compat.v1.profiler.ProfileOptionBuilder.float_operation(), "output": "none"}
    profile = tf.compat.v1.profiler.profile(graph, options=options)
    counted = sum(
        child.total_float_ops
        for child in _leaves(profile)
        if any(k in child.name for k in ("Conv2D", "depthwise", "MatMul"))
    )
    assert counted == 2 * estimate(genotype, None).macs


def _leaves(node):
    if not node.children:
        yield node
    for child in node.children:
        yield from _leaves(child)


@pytest.mark.parametrize(("input_shape", "downscale"), [((8, 8, 1), 2), ((7, 11, 3), 3), ((1, 10, 2), 4)])
def test_a_lower_resolution_is_the_mean_of_windows_and_is_not_trained(genotypes, input_shape, downscale):
    model = build(replace(genotypes(0, input_shape=input_shape), downscale=downscale), seed=0)
    pool = model.get_layer("pool_")
    pixels = np.random.default_rng(0).uniform(-1, 1, (2, *input_shape)).astype(np.float32)
    high, wide = (min(downscale, side) for side in input_shape[:2])
    rows, columns = input_shape[0] // high, input_shape[1] // wide
    windows = pixels[:, : rows * high, : columns * wide].reshape(2, rows, high, columns, wide, -1)
    np.testing.assert_allclose(pool(pixels), windows.mean(axis=(2, 4)), atol=1e-6)
    assert not any("pool_" in weight.name for weight in model.trainable_weights)


def test_same_seed_same_weights_other_seed_others(genotypes):
    one, two, other = (build(genotypes(1), seed=seed).get_weights() for seed in (0, 0, 1))
    assert all(np.array_equal(a, b) for a, b in zip(one, two))
    assert not all(np.array_equal(a, b) for a, b in zip(one, other))


def test_layers_are_those_that_tfmot_quantizes(genotypes):
    allowed = {"InputLayer", "Conv2D", "DepthwiseConv2D", "BatchNormalization", "ReLU", "Add", "Dense"}
    for seed in range(20):
        model = build(replace(genotypes(seed), downscale=1 + seed % 2), seed=0)
        assert {type(layer).__name__ for layer in model.layers} <= allowed | {"GlobalAveragePooling2D"}
        tf_keras.backend.clear_session()
