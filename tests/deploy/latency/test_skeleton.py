"""Skeletons against what the converter writes for the same genotype."""

from dataclasses import replace

import numpy as np
import pytest

from deploy.compress.convert import convert
from deploy.compress.quantize import quantizable
from deploy.latency.skeleton import skeleton
from deploy.tflite import runtime
from deploy.tflite.audit import audit
from experiments.benchmarks.cases.untrained import built_with_biases
from search.walk import walk
from tests.conftest import RESIDUAL


def graph(model_bytes):
    """Operators in order, with shape and dtype of each of their inputs and outputs."""
    interpreter = runtime.load(model_bytes)
    tensors = {tensor["index"]: tensor for tensor in interpreter.get_tensor_details()}

    def described(index):
        return tuple(tensors[index]["shape"]), np.dtype(tensors[index]["dtype"]).name

    return [
        (operator["op_name"], [described(i) for i in operator["inputs"]], [described(i) for i in operator["outputs"]])
        for operator in interpreter._get_ops_details()
        if operator["op_name"] != "DELEGATE"
    ]


@pytest.mark.parametrize(
    ("seed", "input_shape", "downscale"),
    [(0, (8, 8, 1), 1), (3, (16, 12, 3), 1), (1, (28, 28, 3), 3), (3, (1, 30, 2), 4)],
)
def test_a_skeleton_is_the_graph_that_the_converter_writes(genotypes, seed, input_shape, downscale):
    genotype = replace(genotypes(seed, input_shape=input_shape), downscale=downscale, head_width=(0, 32)[seed % 2])
    converted = convert(quantizable(built_with_biases(genotype), keep_zeros=False))
    assert graph(skeleton(walk(genotype))) == graph(converted)


@pytest.mark.parametrize("seed", [2, 5, 10])
def test_residual_blocks_and_projections_are_the_converters_too(genotypes, seed):
    genotype = genotypes(seed, input_shape=(16, 16, 3), space=RESIDUAL)
    assert any(layer.name.endswith("c") for layer in walk(genotype))
    assert graph(skeleton(walk(genotype))) == graph(convert(quantizable(built_with_biases(genotype), keep_zeros=False)))


@pytest.mark.parametrize("downscale", [1, 2, 3])
def test_xnnpack_takes_all_of_it(genotypes, downscale):
    found = audit(skeleton(walk(replace(genotypes(1), downscale=downscale))))
    assert found.whole_graph_delegated
    assert found.activation_dtypes == found.weight_dtypes == ("int8",)
    assert found.sparsity < 0.05


def test_the_same_genotype_gives_the_same_bytes(genotypes):
    assert skeleton(walk(genotypes(2))) == skeleton(walk(genotypes(2)))


def test_it_can_be_float32(genotypes):
    found = audit(skeleton(walk(genotypes(1)), quantized=False))
    assert found.activation_dtypes == found.weight_dtypes == ("float32",)
    assert found.whole_graph_delegated
