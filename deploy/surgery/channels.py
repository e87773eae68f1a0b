"""Structured pruning: a model with fewer channels and a share of its multiply-accumulate operations."""

from collections.abc import Callable, Iterator

import numpy as np
import tf_keras

from deploy.surgery.channel_graph import ChannelGraph
from deploy.surgery.narrow import narrowed

LANES = 16
"""Widths stay multiples of it: XNNPACK works on so many channels at once, and computes a whole tile for a part of one.
On a host with AVX512, 16 channels for 24 in two layers saved 37 % of the MACs and 39 % of the time; 8 for 16, 47 % and
19 %."""
_NARROW, _NARROW_LANES = 32, 8
"""Where no width is above 32, multiples of 8 are kept: of 16 there would be next to no choice."""
_ROUND = 0.03
"""Share of the MACs that go by the same importances. One step of a small model takes more; of a large one, hundreds of
steps would each ask for importances and build the model anew: EfficientNet-Lite0 has 690, of 10 seconds each."""


def fewer_channels(
    model: tf_keras.Model,
    macs_share: float,
    importance: Callable[[ChannelGraph], np.ndarray],
    lanes: int | None = None,
) -> tf_keras.Model:
    """A smaller dense model with at most a share of the MACs, and the weights of the channels that stay.

    Greedy: each step removes the least important channels of one width, so many that the width stays a multiple of
    `lanes`: the width with the least importance per MAC saved, or, among widths whose removal reaches the share, the
    one with the least importance. So a smaller share never leaves more MACs. Importance depends on the channels that
    are left: it is computed anew after each step, or in large models after each 3 % of the MACs.

    Args:
        macs_share: above 0, up to 1.
        importance: from a graph to the importance of its channels, shape (channels,). Importances are added up, so
            they must be distances and not squares of distances.
        lanes: None is 16, or 8 in a model of narrow layers.

    Raises:
        ModelRefused: a layer whose channels cannot be followed.
        ValueError: the share is out of reach, since every width keeps its last multiple; the message has the nearest.
    """
    if not 0 < macs_share <= 1:
        raise ValueError(f"the share of MACs to keep is {macs_share}: it must be above 0, up to 1")
    graph = ChannelGraph(model)
    if lanes is None:
        lanes = LANES if max(map(len, graph.groups), default=0) > _NARROW else _NARROW_LANES
    total = left = graph.macs(np.ones(graph.count, bool))
    while left > macs_share * total:
        importances, began, keep = importance(graph), left, np.ones(graph.count, bool)
        while left > macs_share * total and began - left < _ROUND * total:
            choices = list(_choices(graph, keep, importances, lanes))
            if not choices:
                raise ValueError(
                    f"at most {1 - left / total:.0%} of the MACs can go while every width keeps {lanes} channels; "
                    f"ask for a share of {left / total:.2f} or more to be kept"
                )
            enough = [choice for choice in choices if choice[2] <= macs_share * total]
            if enough:
                _, keep, left = min(enough, key=lambda choice: choice[0])
            else:
                _, keep, left = min(choices, key=lambda choice: choice[0] / max(left - choice[2], 1))
        graph = ChannelGraph(narrowed(graph, keep))
    return graph.model


def _choices(
    graph: ChannelGraph, keep: np.ndarray, importances: np.ndarray, lanes: int
) -> Iterator[tuple[float, np.ndarray, int]]:
    """The next steps, one of each width: importance that is lost, channels that stay, and their MACs."""
    for whole in graph.groups:
        group = whole[keep[whole]]
        # A width that is no multiple is cut down to one first.
        count = len(group) % lanes or lanes
        if len(group) > count:
            gone = group[np.argsort(importances[group], kind="stable")[:count]]
            fewer = keep.copy()
            fewer[gone] = False
            yield importances[gone].sum(), fewer, graph.macs(fewer)
