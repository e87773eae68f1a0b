import hashlib
import json
import random
from dataclasses import replace

import keras_tuner
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.choices import genotype_of, propose, sample, smallest, values_of
from search.estimate import estimate
from search.space import Space
from search.task import Task

TASK = Task(input_shape=(8, 8, 1), classes=10)


def test_default_choices_of_keras_tuner_give_the_first_genotype():
    genotype = propose(Space(), TASK, keras_tuner.HyperParameters())
    assert genotype.stem_width == 8
    assert len(genotype.stages) == 1


def test_samples_stay_inside_the_space_and_reach_all_of_it():
    space = Space(widths=(8, 24), kernels=(3, 5), strides=(1, 2))
    rng = random.Random(0)
    stages = [stage for _ in range(300) for stage in sample(space, TASK, rng).stages]
    assert {stage.width for stage in stages} == {8, 24}
    assert {stage.kernel for stage in stages} == {3, 5}
    assert {stage.block for stage in stages} == {"dense", "depthwise"}
    assert {stage.residual for stage in stages} == {True, False}


@given(seed=st.integers(0, 10_000))
def test_choices_are_what_a_genotype_is_made_of(seed):
    broad = dict(blocks=("basic", "dense", "depthwise"), stem_kernels=(3, "10x4"), projections=(False, True))
    space = Space(downscales=(1, 2, 4), stages=(1, 2, 3, 4, 5), head_widths=(0, 32, 64), **broad)
    task = Task(input_shape=(1, 64, 2), classes=3)
    genotype = sample(space, task, random.Random(seed))
    assert genotype_of(space, task, values_of(space, genotype)) == genotype


def test_a_genotype_of_another_space_is_refused():
    task = Task(input_shape=(8, 8, 1), classes=3)
    genotype = sample(Space(stages=(3,)), task, random.Random(0))
    with pytest.raises(ValueError, match="has more stages|stages is 3"):
        values_of(Space(stages=(1, 2)), genotype)


def test_a_genotype_of_another_resolution_is_refused():
    genotype = sample(Space(downscales=(2,)), TASK, random.Random(0))
    assert genotype.downscale == 2
    with pytest.raises(ValueError, match="downscale is 2, and the space has 1, 4"):
        values_of(Space(downscales=(1, 4)), genotype)


def test_a_genotype_of_another_head_is_refused():
    genotype = sample(Space(head_widths=(32,)), TASK, random.Random(0))
    with pytest.raises(ValueError, match="head_width is 32, and the space has 0, 16"):
        values_of(Space(head_widths=(0, 16)), genotype)


def test_one_resolution_and_head_draw_what_was_drawn_before_there_were_the_choices():
    keys = [sample(Space(), TASK, random.Random(seed)).key for seed in range(50)]
    assert hashlib.sha256(json.dumps(keys).encode()).hexdigest()[:12] == "8c9d89d17867"
    known = keras_tuner.HyperParameters()
    propose(Space(), TASK, known)
    assert not {"downscale", "head_width"} & set(known.values)
    propose(Space(downscales=(1, 2), head_widths=(8, 0)), TASK, known)
    assert (known.values["downscale"], known.values["head_width"]) == (1, 8)


def test_keras_tuner_takes_squares_beside_rectangles():
    space, task = Space(stem_kernels=(5, "10x4")), Task(input_shape=(49, 10, 1), classes=12)
    known = keras_tuner.HyperParameters()
    assert propose(space, task, known).stem_kernel == 5
    for kernel in space.stem_kernels:
        known.values["stem_kernel"] = values_of(space, replace(propose(space, task, known), stem_kernel=kernel))[
            "stem_kernel"
        ]
        assert propose(space, task, known).stem_kernel == kernel
    assert smallest(space, task).stem_kernel == 5


@given(seed=st.integers(0, 1_000))
def test_nothing_is_smaller_than_the_smallest(seed):
    kinds = dict(blocks=("basic", "depthwise", "dense"), projections=(True, False))
    space, task = Space(downscales=(1, 2, 3), head_widths=(0, 8), **kinds), Task(input_shape=(8, 8, 1), classes=3)
    least = estimate(smallest(space, task), None)
    other = estimate(sample(space, task, random.Random(seed)), None)
    assert least.size_bytes <= other.size_bytes
