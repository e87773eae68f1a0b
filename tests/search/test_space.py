import random

import keras_tuner
import pytest

from search.space import Space, propose, sample

SHAPE = dict(input_shape=(8, 8, 1), classes=10)


def test_default_choices_of_keras_tuner_give_the_first_genotype():
    genotype = propose(Space(), keras_tuner.HyperParameters(), **SHAPE)
    assert genotype.stem_width == 8
    assert len(genotype.stages) == 1


def test_samples_stay_inside_the_space_and_reach_all_of_it():
    space = Space(widths=(8, 24), kernels=(3, 5), strides=(1, 2))
    rng = random.Random(0)
    stages = [stage for _ in range(300) for stage in sample(space, rng, **SHAPE).stages]
    assert {stage.width for stage in stages} == {8, 24}
    assert {stage.kernel for stage in stages} == {3, 5}
    assert {stage.block for stage in stages} == {"dense", "depthwise"}
    assert {stage.residual for stage in stages} == {True, False}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (dict(widths=()), "space.widths is empty"),
        (dict(blocks=("mbconv",)), "space.blocks"),
        (dict(strides=(0,)), "1 or"),
    ],
)
def test_bad_space_is_refused_by_name(fields, message):
    with pytest.raises(ValueError, match=message):
        Space(**fields)
