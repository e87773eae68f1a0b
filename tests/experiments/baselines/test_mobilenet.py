"""Templates of MobileNets: as wide as a budget allows, and whole where the map is large."""

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.budget import Budget
from experiments.baselines.mobilenet import MULTIPLIERS, TEMPLATES, scaled, widest
from search.estimate import estimate
from search.problem import Problem
from search.space import Space
from search.task import Task
from search.walk import walk
from tests.deploy.profiles import priced

PROFILE = priced(inference=0.001, operators=0.001, gemm_outputs=1e-7, igemm_outputs=1e-7, weight_bytes=1e-8)

names = st.sampled_from(sorted(TEMPLATES))
shapes = st.tuples(st.integers(1, 160), st.integers(1, 160), st.sampled_from([1, 3]))


def width(genotype):
    return genotype.stem_width + sum(stage.width for stage in genotype.stages)


@settings(max_examples=8)
@given(name=names, shape=shapes, size_bytes=st.integers(5_000, 200_000), latency_ms=st.floats(0.005, 0.2))
def test_the_widest_keeps_the_budget_and_nothing_wider_does(name, shape, size_bytes, latency_ms):
    budget = Budget(size_bytes=size_bytes, latency_ms=latency_ms)
    task = Task(input_shape=shape, classes=10)
    problem = Problem(space=Space(), task=task, budget=budget, profile=PROFILE)
    found = widest(TEMPLATES[name], problem)
    every = [scaled(TEMPLATES[name], multiplier, Task(input_shape=shape, classes=10)) for multiplier in MULTIPLIERS]
    fitting = [genotype for genotype in every if not budget.broken_by(estimate(genotype, PROFILE))]
    if found is None:
        assert not fitting
    else:
        genotype, cost = found
        assert not budget.broken_by(cost)
        assert cost == estimate(genotype, PROFILE)
        assert width(genotype) == max(map(width, fitting))


@given(name=names, shape=shapes, multiplier=st.sampled_from(MULTIPLIERS))
def test_widths_are_multiples_of_8_and_maps_stay_large_enough(name, shape, multiplier):
    genotype = scaled(TEMPLATES[name], multiplier, Task(input_shape=shape, classes=10))
    assert all(each % 8 == 0 and each > 0 for each in (genotype.stem_width, *(s.width for s in genotype.stages)))
    height, breadth, _ = walk(genotype)[-3].shape
    smallest = min((side for side in shape[:2] if side > 1), default=1)
    if smallest >= 4:
        assert min(side for side, whole in zip((height, breadth), shape) if whole > 1) >= 4
    assert genotype.stages


def test_the_template_is_the_papers_net_where_the_map_is_theirs():
    v1 = scaled(TEMPLATES["mobilenet_v1"], 1.0, Task(input_shape=(224, 224, 3), classes=1000))
    layers = walk(v1)
    assert sum(layer.kind == "depthwise" for layer in layers) == 13
    assert layers[-3].shape == (7, 7, 1024)
    # Table 8 of the paper: 569 million multiply-adds, 4.2 million parameters.
    cost = estimate(v1, None)
    assert cost.macs == pytest.approx(569e6, rel=0.01)
    assert cost.params == pytest.approx(4.2e6, rel=0.02)
    v2 = scaled(TEMPLATES["mobilenet_v2"], 1.0, Task(input_shape=(224, 224, 3), classes=1000))
    assert sum(layer.kind == "depthwise" for layer in walk(v2)) == 17
    assert walk(v2)[-3].shape == (7, 7, 320)


def test_multipliers_go_from_wide_to_narrow_by_steps_that_change_a_width():
    assert list(MULTIPLIERS) == sorted(MULTIPLIERS, reverse=True)
    assert all(math.isclose(a - b, 1 / 128) for a, b in itertools.pairwise(MULTIPLIERS))
