import numpy as np
import pytest

import deploy.compress.convert
from deploy.compress.quantize import quantizable
from deploy.tflite import runtime
from deploy.tflite.micro import arena_of
from deploy.tflite.slim import slimmed
from experiments.benchmarks.cases.untrained import built_with_biases
from search.walk import params, walk


@pytest.fixture(scope="module")
def pairs(genotypes):
    """As the converter writes them, and slim."""
    found = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deploy.compress.convert, "slimmed", lambda model_bytes: model_bytes)
        for seed in (0, 5):
            model = quantizable(built_with_biases(genotypes(seed)), keep_zeros=False)
            whole = deploy.compress.convert.convert(model)
            found.append((genotypes(seed), whole, slimmed(whole)))
    return found


def test_outputs_are_bit_equal_and_memory_is_the_same(pairs, stripes):
    for _, whole, slim in pairs:
        np.testing.assert_array_equal(runtime.run(slim, stripes.pixels), runtime.run(whole, stripes.pixels))
        assert arena_of(slim) == arena_of(whole)


def test_nearly_half_of_what_is_no_weight_is_gone(pairs):
    for genotype, whole, slim in pairs:
        weights = sum(count + 4 * biases for count, biases in params(walk(genotype)))
        assert len(slim) - weights < 0.55 * (len(whole) - weights)


def test_what_is_slim_stays_as_it_is(pairs):
    for _, _, slim in pairs:
        assert slimmed(slim) == slim


def test_input_and_output_keep_names(pairs):
    for _, _, slim in pairs:
        names = [tensor["name"] for tensor in runtime.load(slim).get_tensor_details()]
        assert sorted(name for name in names if name) == ["logits", "pixels"]
