from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from deploy.errors import FileRefused
from deploy.latency.skeleton import skeleton
from deploy.tflite import micro, model_io, runtime
from deploy.tflite.micro_needs import _KERNELS, estimated_arena, registrations, scratch_bytes
from search.walk import walk


@pytest.mark.parametrize("seed", range(12))
def test_the_estimate_is_a_bound_and_not_a_wide_one(genotypes, seed):
    genotype = genotypes(seed, input_shape=((8, 8, 1), (32, 32, 3), (1, 128, 2))[seed % 3])
    file = skeleton(walk(replace(genotype, downscale=1 + seed % 3)), quantized=seed % 4 != 3)
    allocated, estimated = micro.arena_of(file), estimated_arena(file)
    assert allocated.activations <= estimated.activations
    assert allocated.total <= estimated.total < 2 * allocated.total


def test_operators_are_named_once_with_the_resolvers_method(genotypes):
    stage = replace(genotypes(0).stages[0], block="depthwise", residual=True, stride=1, depth=2)
    file = skeleton(walk(replace(genotypes(0), stages=(stage,))))
    assert registrations(file) == {
        "ADD": "AddAdd",
        "CONV_2D": "AddConv2D",
        "DEPTHWISE_CONV_2D": "AddDepthwiseConv2D",
        "FULLY_CONNECTED": "AddFullyConnected",
        "MEAN": "AddMean",
    }


def test_every_operator_said_to_be_known_has_a_kernel_in_the_library():
    tflite_micro = pytest.importorskip("tflite_micro", reason="LiteRT for Microcontrollers is not installed")
    symbols = (Path(tflite_micro.__file__).parent / "python" / "tflite_micro" / "_runtime.so").read_bytes()
    assert [name for name in _KERNELS.split() if f"Register_{name}E".encode() not in symbols] == []


def test_scratch_memory_is_two_columns_of_the_widest_convolution(genotypes):
    layers = walk(genotypes(0))
    columns = [
        layer.kernel[0] * layer.kernel[1] * (layers[layer.inputs[0]].shape[2])
        for layer in layers
        if layer.kind in ("conv", "depthwise", "dense")
    ]
    assert scratch_bytes(skeleton(layers)) == 4 * max(columns)


def test_a_damaged_file_is_refused(student_bytes):
    for read in (registrations, scratch_bytes, estimated_arena):
        with pytest.raises(FileRefused):
            read(b"nothing")
        with pytest.raises(FileRefused, match="damaged"):
            read(student_bytes[:8] + bytes(100))


def test_each_input_is_run_by_itself(student_bytes, stripes):
    sign = model_io.signature(runtime.load(student_bytes))
    inputs = model_io.prepared(stripes.pixels[:7], sign)
    arena, outputs = micro.run(student_bytes, inputs)
    assert arena == micro.arena_of(student_bytes)
    assert outputs.dtype == np.int8
    for number in (0, 6):
        np.testing.assert_array_equal(micro.run(student_bytes, inputs[number : number + 1])[1][0], outputs[number])


def test_what_the_interpreter_says_of_a_bad_file_is_told(student_bytes):
    with pytest.raises(micro.MicroFailed, match="does not run this file"):
        micro.arena_of(student_bytes[:8] + bytes(100))
