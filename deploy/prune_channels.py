"""Which channels to take away for a share of the work."""

import numpy as np

from deploy.channel_graph import ChannelGraph

LANES = 8
"""Widths stay multiples of it where they can: XNNPACK works on so many channels at once, or more."""


def least_important(graph: ChannelGraph, importance: np.ndarray, macs_share: float, lanes: int = LANES) -> np.ndarray:
    """The channels to keep, so that a share of the MACs or less is left.

    Again and again the channels go that give the least importance for each MAC saved, so many at a time that their
    width stays a multiple of `lanes`. Every width keeps its last multiple, so a small share may be out of reach.

    Args:
        importance: for each channel, such as `importance.taylor` gives.
        macs_share: above 0, up to 1.

    Returns:
        A bool for each channel. Raises ValueError where the share is out of reach, with the nearest there is.
    """
    if not 0 < macs_share <= 1:
        raise ValueError(f"the share of MACs to keep is {macs_share}: it must be above 0, up to 1")
    keep = np.ones(graph.count, bool)
    whole = left = graph.macs(keep)
    while left > macs_share * whole:
        best = None
        for group in graph.groups:
            kept = group[keep[group]]
            # What is over the last multiple goes first.
            count = len(kept) % lanes or lanes
            if len(kept) <= count:
                continue
            out = kept[np.argsort(importance[kept], kind="stable")[:count]]
            without = keep.copy()
            without[out] = False
            macs = graph.macs(without)
            cost = importance[out].sum() / max(left - macs, 1)
            if best is None or cost < best[0]:
                best = (cost, without, macs)
        if best is None:
            raise ValueError(
                f"at most {1 - left / whole:.0%} of the MACs can go while every width keeps {lanes} channels; "
                f"ask for a share of {left / whole:.2f} or more to be kept"
            )
        _, keep, left = best
    return keep
