"""Channels that are taken away, against the same model with those channels blanked."""

import numpy as np
import pytest
import tf_keras

from deploy.surgery.channel_graph import ChannelGraph
from deploy.surgery.narrow import narrowed
from search.build import build
from search.estimate import estimate
from search.space import Space
from tests.deploy.models import masked, mixed, with_random_weights

SPACE = Space(
    depths=(1, 2, 3),
    stem_strides=(1, 2),
    head_widths=(0, 16),
    downscales=(1, 2),
    blocks=("dense", "depthwise", "basic"),
    projections=(False, True),
)


def thinned(graph, seed):
    """Some channels of each width, at least one."""
    rng, keep = np.random.default_rng(seed), graph.fixed.copy()
    for group in graph.groups:
        keep[rng.choice(group, rng.integers(1, len(group) + 1), replace=False)] = True
    return keep


def check(model, seed):
    graph = ChannelGraph(with_random_weights(model, seed))
    keep = thinned(graph, seed)
    inputs = np.random.default_rng(seed).normal(size=(3, *model.input_shape[1:])).astype(np.float32)
    small, whole = narrowed(graph, keep), masked(graph, keep)
    expected = whole(inputs).numpy()
    np.testing.assert_allclose(small(inputs), expected, rtol=1e-4, atol=1e-5 * np.abs(expected).max())
    assert small.count_params() < model.count_params()
    assert graph.macs(keep) < graph.macs(np.ones(graph.count, bool))
    return graph, keep


@pytest.mark.parametrize("seed", range(12))
def test_a_narrowed_student_computes_what_the_masked_one_does(genotypes, seed):
    genotype = genotypes(seed, space=SPACE)
    graph, _ = check(build(genotype, seed=0), seed)
    assert graph.macs(np.ones(graph.count, bool)) == estimate(genotype, None).macs
    tf_keras.backend.clear_session()


@pytest.mark.parametrize("seed", range(4))
def test_concatenations_sums_flattening_and_activations_that_are_not_zero_at_zero(seed):
    graph, _ = check(mixed(), seed)
    # The sum makes the concatenation's channels those of the wide convolution; the dense layer has its own.
    assert sorted(map(len, graph.groups)) == [4, 8, 12]


def test_all_channels_kept_are_the_same_model(genotypes):
    model = with_random_weights(build(genotypes(3), seed=0), 0)
    graph = ChannelGraph(model)
    inputs = np.random.default_rng(0).normal(size=(2, *model.input_shape[1:])).astype(np.float32)
    np.testing.assert_array_equal(narrowed(graph, np.ones(graph.count, bool))(inputs), model(inputs))


def test_the_model_itself_is_left_as_it_is(genotypes):
    model = with_random_weights(build(genotypes(3), seed=0), 0)
    before = model.get_weights()
    graph = ChannelGraph(model)
    narrowed(graph, thinned(graph, 0))
    for weight, old in zip(model.get_weights(), before):
        np.testing.assert_array_equal(weight, old)
