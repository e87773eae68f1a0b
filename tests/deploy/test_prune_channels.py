import numpy as np
import pytest

from deploy.channel_graph import MAKERS, ChannelGraph, narrowed
from deploy.prune_channels import least_important
from search.build import build
from search.genotype import Genotype, Stage
from tests.deploy.models import mixed, with_random_weights

STAGES = tuple(
    Stage(block=block, width=width, depth=2, kernel=3, expansion=2, stride=2, residual=True)
    for block, width in (("dense", 24), ("depthwise", 40))
)


@pytest.fixture(scope="module")
def graph():
    stem = dict(stem_width=24, stem_kernel=3, stem_stride=1)
    genotype = Genotype(input_shape=(16, 16, 1), classes=10, **stem, stages=STAGES)
    return ChannelGraph(with_random_weights(build(genotype, seed=0), 0))


@pytest.mark.parametrize("share", [1.0, 0.7, 0.5, 0.2])
def test_the_share_is_kept_and_widths_suit_the_lanes(graph, share):
    importance = np.random.default_rng(0).uniform(size=graph.count)
    keep = least_important(graph, importance, share)
    whole = graph.macs(np.ones(graph.count, bool))
    assert graph.macs(keep) <= share * whole
    small = narrowed(graph, keep)
    for layer in small.layers[:-1]:
        if isinstance(layer, MAKERS):
            assert layer.output_shape[-1] % 8 == 0
    assert small.output_shape == (None, 10)
    if share == 1.0:
        assert keep.all()


def test_of_a_width_the_least_important_go(graph):
    importance = np.random.default_rng(1).uniform(size=graph.count)
    keep = least_important(graph, importance, 0.5)
    for group in graph.groups:
        kept, gone = importance[group[keep[group]]], importance[group[~keep[group]]]
        assert not len(gone) or gone.max() <= kept.min()


def test_what_matters_stays_whole():
    graph = ChannelGraph(with_random_weights(mixed(), 0))
    importance = np.zeros(graph.count)
    importance[graph.groups[0]] = 1e6
    keep = least_important(graph, importance, 0.9, lanes=1)
    assert keep[graph.groups[0]].all()


def test_a_share_that_cannot_be_had_names_the_nearest(graph):
    with pytest.raises(ValueError, match="at most .* of the MACs can go.*ask for a share of 0[.]"):
        least_important(graph, np.ones(graph.count), 0.001)
    with pytest.raises(ValueError, match="above 0, up to 1"):
        least_important(graph, np.ones(graph.count), 0)
