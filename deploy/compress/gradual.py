"""Channel pruning by and by: a part of the channels goes, the others are trained, and importance is computed anew."""

from collections.abc import Callable

import numpy as np
import tf_keras

from deploy.surgery.channel_graph import ChannelGraph
from deploy.surgery.channels import fewer_channels

ROUNDS = 4
ROUND_SHARE = 0.1
"""Share of the training that follows each round but the last, which has the rest."""


def gradually_fewer_channels(
    model: tf_keras.Model,
    macs_share: float,
    importance: Callable[[ChannelGraph], np.ndarray],
    finetune: Callable[[tf_keras.Model, float], None],
) -> tf_keras.Model:
    """A smaller dense model with a share of the MACs, trained between the rounds of its pruning.

    Each round keeps the same share of the MACs that are left, as importance ranks the channels of all layers then
    (Molchanov 2019, section 3.2, prunes so many of all layers at a time and trains between).

    Args:
        macs_share: above 0, up to 1.
        importance: as `fewer_channels` has it.
        finetune: trains a model in place for a share of the phase.

    Raises:
        ModelRefused, ValueError: as `fewer_channels`.
    """
    total, left_share = _macs(model), 1.0
    for number in range(1, ROUNDS + 1):
        before = _macs(model)
        # A round that removed more than its part leaves less to the next.
        wanted = min(1.0, macs_share ** (number / ROUNDS) * total / before)
        model = fewer_channels(model, wanted, importance)
        if number < ROUNDS and _macs(model) < before:
            finetune(model, ROUND_SHARE)
            left_share -= ROUND_SHARE
    finetune(model, left_share)
    return model


def _macs(model: tf_keras.Model) -> int:
    graph = ChannelGraph(model)
    return graph.macs(np.ones(graph.count, bool))
