"""Channels that go by and by."""

import numpy as np
import pytest

from deploy.compress.gradual import ROUND_SHARE, ROUNDS, gradually_fewer_channels
from deploy.surgery.channel_graph import ChannelGraph
from search.build import build
from search.genotype import Genotype, Stage

GENOTYPE = Genotype(
    input_shape=(8, 8, 1), classes=2, stem_width=32, stem_kernel=3, stem_stride=1,
    stages=(
        Stage(block="dense", width=64, depth=2, kernel=3, expansion=1, stride=1, residual=True),
        Stage(block="dense", width=64, depth=1, kernel=3, expansion=1, stride=2, residual=False),
    ),
)  # fmt: skip


def _macs(model):
    graph = ChannelGraph(model)
    return graph.macs(np.ones(graph.count, bool))


@pytest.mark.parametrize("share", [0.7, 0.4])
def test_each_round_is_smaller_and_the_training_adds_up_to_the_phase(share):
    model = build(GENOTYPE, seed=0)
    rng = np.random.default_rng(0)
    seen = []
    small = gradually_fewer_channels(
        model,
        share,
        lambda graph: rng.uniform(1, 2, graph.count),
        lambda part, phase_share: seen.append((_macs(part), phase_share)),
    )
    macs = [part for part, _ in seen]
    assert macs == sorted(macs, reverse=True)
    assert len(set(macs[:-1])) == len(macs[:-1])
    assert 1 <= len(seen) <= ROUNDS
    assert sum(phase_share for _, phase_share in seen) == pytest.approx(1)
    assert all(phase_share == ROUND_SHARE for _, phase_share in seen[:-1])
    assert macs[-1] == _macs(small) <= share * _macs(model)
