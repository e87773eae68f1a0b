import numpy as np
import pytest

from deploy.surgery.channel_graph import PRODUCERS, ChannelGraph
from deploy.surgery.channels import fewer_channels
from search.build import build
from search.genotype import Genotype, Stage
from tests.deploy.models import mixed, with_random_weights

STAGES = tuple(
    Stage(block=block, width=width, depth=2, kernel=3, expansion=2, stride=2, residual=True)
    for block, width in (("dense", 16), ("depthwise", 24))
)


@pytest.fixture(scope="module")
def model():
    stem = dict(stem_width=16, stem_kernel=3, stem_stride=1)
    genotype = Genotype(input_shape=(16, 16, 1), classes=10, **stem, stages=STAGES)
    return with_random_weights(build(genotype, seed=0), 0)


def macs(model):
    graph = ChannelGraph(model)
    return graph.macs(np.ones(graph.count, bool))


def at_random(graph):
    return np.random.default_rng(graph.count).uniform(size=graph.count)


@pytest.mark.parametrize("share", [1.0, 0.7, 0.5, 0.2])
def test_the_share_is_kept_and_widths_suit_the_lanes(model, share):
    small = fewer_channels(model, share, at_random, lanes=8)
    assert macs(small) <= share * macs(model)
    for layer in small.layers[:-1]:
        if isinstance(layer, PRODUCERS):
            assert layer.output_shape[-1] % 8 == 0
    assert small.output_shape == (None, 10)
    if share == 1.0:
        assert small.count_params() == model.count_params()


def test_a_smaller_share_never_leaves_more(model):
    left = [macs(fewer_channels(model, share, at_random, lanes=8)) for share in (0.9, 0.7, 0.5, 0.3)]
    assert left == sorted(left, reverse=True)


def test_of_a_width_the_least_important_go():
    model = with_random_weights(mixed(), 0)
    first = model.layers[1]
    weights = first.get_weights()[0]

    def magnitudes(graph):
        worth = np.full(graph.count, 1e6)
        layer = graph.model.get_layer(first.name)
        worth[graph.outputs(layer)] = np.abs(layer.get_weights()[0]).sum(axis=(0, 1, 2))
        return worth

    small = fewer_channels(model, 0.9, magnitudes, lanes=1)
    kept = small.get_layer(first.name).get_weights()[0]
    order = np.argsort(np.abs(weights).sum(axis=(0, 1, 2)))
    gone = weights.shape[-1] - kept.shape[-1]
    assert gone > 0
    np.testing.assert_array_equal(kept, weights[..., np.sort(order[gone:])])


def test_importances_are_asked_for_again_after_each_step(model):
    counts = []

    def counting(graph):
        counts.append(graph.count)
        return np.ones(graph.count)

    fewer_channels(model, 0.5, counting, lanes=8)
    assert len(counts) > 1
    assert counts == sorted(counts, reverse=True)


def test_many_small_steps_share_importances(model):
    asked = []

    def counting(graph):
        asked.append(graph.count)
        return at_random(graph)

    small = fewer_channels(model, 0.5, counting, lanes=1)
    assert macs(small) <= 0.5 * macs(model)
    # The half of the MACs that go, in parts of 3 %.
    assert len(asked) <= 17
    assert asked[0] - asked[-1] > 2 * len(asked)
    assert asked == sorted(set(asked), reverse=True)


def test_a_share_that_cannot_be_had_names_the_nearest(model):
    with pytest.raises(ValueError, match="at most .* of the MACs can go.*ask for a share of 0[.]"):
        fewer_channels(model, 0.001, at_random)
    with pytest.raises(ValueError, match="above 0, up to 1"):
        fewer_channels(model, 0, at_random)
