"""Channel pruning: a model with fewer channels, for a share of the work."""

from collections.abc import Callable

import numpy as np
import tf_keras

from deploy.surgery.channel_graph import ChannelGraph, narrowed

LANES = 16
"""Widths stay multiples of it: XNNPACK works on so many channels at once, and computes a whole tile for a part of one.
On a host with AVX512, 16 channels for 24 in two layers saved 37 % of the MACs and 39 % of the time; 8 for 16, 47 % and
19 %."""


def fewer_channels(
    model: tf_keras.Model, macs_share: float, importance: Callable[[ChannelGraph], np.ndarray], lanes: int = LANES
) -> tf_keras.Model:
    """A smaller dense model with a share of the MACs or less, which has the weights of the channels that are kept.

    Again and again the channels go that give the least importance for each MAC saved, so many at a time that their
    width stays a multiple of `lanes`. The last to go are, of those that reach the share, the least important: a
    smaller share never leaves more. Importances are taken anew each time: what a channel is worth depends on which
    others are left.

    Args:
        macs_share: above 0, up to 1.
        importance: of each channel; it is summed, so that it should say how far something moves, and not its square.

    Raises:
        ModelRefused: a layer whose channels cannot be followed.
        ValueError: the share is out of reach, since every width keeps its last multiple; the message has the nearest.
    """
    if not 0 < macs_share <= 1:
        raise ValueError(f"the share of MACs to keep is {macs_share}: it must be above 0, up to 1")
    graph = ChannelGraph(model)
    whole = left = graph.macs(np.ones(graph.count, bool))
    while left > macs_share * whole:
        worth, choices = importance(graph), []
        for group in graph.groups:
            # What is over the last multiple goes first.
            count = len(group) % lanes or lanes
            if len(group) > count:
                keep = np.ones(graph.count, bool)
                keep[group[np.argsort(worth[group], kind="stable")[:count]]] = False
                macs = graph.macs(keep)
                choices.append((worth[~keep].sum(), keep, macs))
        if not choices:
            raise ValueError(
                f"at most {1 - left / whole:.0%} of the MACs can go while every width keeps {lanes} channels; "
                f"ask for a share of {left / whole:.2f} or more to be kept"
            )
        enough = [choice for choice in choices if choice[2] <= macs_share * whole]
        if enough:
            _, keep, left = min(enough, key=lambda choice: choice[0])
        else:
            _, keep, left = min(choices, key=lambda choice: choice[0] / max(left - choice[2], 1))
        graph = ChannelGraph(narrowed(graph, keep))
    return graph.model
