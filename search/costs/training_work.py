"""How long a student trains, next to others, before there is a model."""

import math

from search.walk import Layer, macs

_MACS_A_VALUE = 140
"""What it takes to write, normalize and read back one value of a map in training, in multiply-accumulates.

Fitted to 178 trainings of CIFAR-10 students, 2 to 492 seconds long, on one thread of an AMD EPYC: MACs and values of
maps together explain the seconds to 12 % in the median (correlation 0.998), MACs alone to 29 %.
"""


def training_work(layers: tuple[Layer, ...]) -> float:
    """What a training step takes for each example, in multiply-accumulates; only ratios mean anything."""
    return macs(layers) + _MACS_A_VALUE * sum(math.prod(layer.shape) for layer in layers)
