import math
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.compress.convert import convert
from deploy.compress.quantize import quantizable
from deploy.latency.skeleton import skeleton
from deploy.tflite.micro import arena_of
from deploy.tflite.operators import Graph
from experiments.benchmarks.cases.untrained import built_with_biases
from search.choices import sample
from search.costs.file_size import size_bytes
from search.costs.peak_ram import activation_bytes, peak_ram_bytes
from search.estimate import estimate
from search.genotype import Genotype, Stage
from search.space import Space
from search.task import Task
from search.walk import walk
from tests.conftest import RESIDUAL
from tests.deploy.profiles import priced


@given(seed=st.integers(0, 10_000))
def test_costs_are_above_zero_and_grow_with_width(genotypes, seed):
    # Without shortcuts: a wider stage may lose one, and its memory.
    drawn = genotypes(seed)
    genotype = replace(drawn, stages=tuple(replace(s, residual=False) for s in drawn.stages))
    wider = replace(genotype, stages=tuple(replace(s, width=2 * s.width) for s in genotype.stages))
    small, large = estimate(genotype, None), estimate(wider, None)
    for name in ("macs", "params", "size_bytes", "peak_ram_bytes"):
        assert 0 < getattr(small, name) <= getattr(large, name)
    assert small.latency_ms is None


def check_size(genotype):
    size = len(convert(quantizable(built_with_biases(genotype), keep_zeros=False)))
    assert size <= size_bytes(walk(genotype)) <= 1.01 * size


@pytest.mark.parametrize("seed", range(4))
def test_estimated_bytes_are_the_files_within_one_percent_and_never_below(genotypes, seed):
    check_size(genotypes(seed))


@pytest.mark.parametrize(
    ("seed", "input_shape", "downscale"), [(0, (28, 28, 3), 3), (2, (9, 7, 1), 2), (5, (1, 64, 2), 4)]
)
def test_estimated_bytes_at_a_lower_resolution(genotypes, seed, input_shape, downscale):
    genotype = replace(genotypes(seed, input_shape=input_shape), downscale=downscale)
    check_size(genotype)
    # Where no other layer brings the depthwise operator along.
    check_size(replace(genotype, stages=tuple(replace(stage, block="dense") for stage in genotype.stages)))


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "side"), [(1, 96), (3, 96), (2, 160)])
def test_estimated_bytes_and_macs_of_photographs(seed, side):
    space = Space(
        stages=(4, 5, 6), widths=(16, 32, 64, 112, 160), depths=(1, 2, 3), expansions=(1, 3, 6), stem_strides=(2,)
    )
    genotype = sample(space, Task(input_shape=(side, side, 3), classes=20), random.Random(seed))
    check_size(genotype)
    file = convert(quantizable(built_with_biases(genotype), keep_zeros=False))
    assert sum(operator.macs for operator in Graph(file).operators()) == estimate(genotype, None).macs


@pytest.mark.parametrize("seed", [0, 1])
def test_estimated_bytes_with_a_convolution_in_the_head(genotypes, seed):
    check_size(replace(genotypes(seed), head_width=48))


@pytest.mark.parametrize("seed", [2, 4, 10])
def test_estimated_bytes_with_residual_blocks_and_projections(genotypes, seed):
    check_size(genotypes(seed, input_shape=(16, 16, 3), space=RESIDUAL))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 106))
def test_estimated_bytes_over_many_genotypes(genotypes, seed):
    check_size(genotypes(seed, input_shape=((8, 8, 1), (32, 32, 3))[seed % 2]))


def test_peak_ram_counts_the_shortcut():
    stage = Stage(block="dense", width=4, depth=1, kernel=3, expansion=2, stride=1, residual=True)
    genotype = Genotype(input_shape=(8, 8, 1), classes=2, stem_width=4, stem_kernel=3, stem_stride=1, stages=(stage,))
    # While the block's last convolution runs: its 8-channel input, its 4-channel output, the 4-channel shortcut.
    assert activation_bytes(walk(genotype)) == 64 * (8 + 4 + 4)


@given(seed=st.integers(0, 10_000))
def test_activations_need_no_less_than_what_lives_at_once(genotypes, seed):
    layers = walk(genotypes(seed))
    last_use = {source: position for position, layer in enumerate(layers) for source in layer.inputs}
    alive = [
        sum(math.prod(layers[p].shape) for p in range(position + 1) if last_use.get(p, p) >= position)
        for position in range(len(layers))
    ]
    # A mean works with an int32 for each channel, and 32 bytes.
    alive[-2] += 4 * layers[-2].shape[2] + 32
    assert max(alive) <= activation_bytes(layers) <= 1.5 * max(alive) + 16 * len(layers)


@pytest.mark.parametrize("downscale", [1, 2, 3])
@pytest.mark.parametrize("seed", range(12))
def test_the_arena_is_what_litert_micro_allocates(genotypes, seed, downscale):
    genotype = genotypes(seed, input_shape=((8, 8, 1), (32, 32, 3), (1, 128, 2))[seed % 3])
    layers = walk(replace(genotype, downscale=downscale, head_width=(0, 40)[seed % 2]))
    allocated = arena_of(skeleton(layers))
    assert activation_bytes(layers) == allocated.activations
    assert peak_ram_bytes(layers) == pytest.approx(allocated.total, rel=0.01)


@pytest.mark.parametrize("seed", [2, 4, 10])
def test_the_arena_of_residual_blocks_is_what_litert_micro_allocates(genotypes, seed):
    layers = walk(genotypes(seed, input_shape=(16, 16, 3), space=RESIDUAL))
    allocated = arena_of(skeleton(layers))
    assert activation_bytes(layers) == allocated.activations
    assert peak_ram_bytes(layers) == pytest.approx(allocated.total, rel=0.01)


def test_latency_is_the_upper_end_of_the_profiles_error_bar(genotypes):
    cost = estimate(genotypes(0), priced(margin=0.5, inference=1.0))
    assert (cost.latency_ms, cost.latency_source, cost.device) == (1.5, "estimated", "host")
    unseen = priced(inference=1.0, seen={"operators": False})
    assert estimate(genotypes(0), unseen).latency_ms is None
