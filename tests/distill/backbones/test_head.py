"""The head of a backbone, trained before all else."""

import numpy as np

from distill.backbones.head import train_head
from distill.backbones.network import backbone_net
from distill.examples import Splits
from distill.teacher import Teacher
from tests.distill.backbones import nets


def test_the_head_learns_and_the_backbone_stays(stripes):
    settings = Teacher(backbone=f"{nets.__name__}:pretrained")
    model = backbone_net(settings, input_shape=stripes.input_shape, classes=2, seed=0).model
    before, counts = model.get_weights(), []
    splits = Splits(train=stripes, validation=stripes)
    reached = train_head(model, splits, seed=0, on_examples=counts.append)
    assert sum(counts) == 2 * len(stripes)
    assert reached > 0.9
    for array, earlier in zip(model.get_weights()[:-2], before[:-2]):
        np.testing.assert_array_equal(array, earlier)
    assert np.any(model.get_weights()[-2] != before[-2])


def test_no_weight_of_the_head_is_far_larger_than_the_others(stripes):
    settings = Teacher(backbone=f"{nets.__name__}:uneven")
    model = backbone_net(settings, input_shape=stripes.input_shape, classes=2, seed=0).model
    assert train_head(model, Splits(train=stripes, validation=stripes), seed=0) > 0.9
    sizes = np.abs(model.get_weights()[-2])
    assert sizes.max() < 10 * np.median(sizes)
