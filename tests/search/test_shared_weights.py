"""Slices of one set of weights against the students that tf_keras builds."""

import random

import numpy as np
import pytest
import tensorflow as tf
import tf_keras

from search.build import build
from search.choices import sample
from search.shared_weights import fresh, inherit, load, logits, save, shared_shapes, slices, weight_shapes
from search.space import Space
from search.task import Task
from search.walk import walk

SPACES = [
    (Space(depths=(1, 2, 3), stem_strides=(1, 2)), (8, 8, 1)),
    (Space(stem_kernels=(3, 7), kernels=(3, 5, 7), strides=(1, 2, 3)), (13, 10, 3)),
    (Space(downscales=(1, 2, 3), kernels=(3, 5)), (14, 11, 3)),
    (Space(stages=(2, 4), stem_strides=(2,), kernels=(5, 9), head_widths=(0, 16)), (1, 64, 2)),
    (Space(blocks=("depthwise",), expansions=(6,), widths=(8,), residuals=(False,)), (64, 1, 1)),
    (Space(blocks=("basic", "depthwise"), projections=(False, True)), (8, 8, 3)),
]


def drawn(number):
    space, input_shape = SPACES[number % len(SPACES)]
    task = Task(input_shape=input_shape, classes=5)
    shared = fresh(shared_shapes(space, task), seed=number)
    rng = np.random.default_rng(number)
    # Normalization and biases that do something.
    shared = {name: array + rng.normal(0, 0.1, array.shape).astype(np.float32) for name, array in shared.items()}
    return sample(space, task, random.Random(number)), shared


@pytest.mark.parametrize("number", range(20))
def test_a_students_slices_are_what_the_built_student_computes(number):
    genotype, shared = drawn(number)
    layers, model = walk(genotype), build(genotype, seed=0)
    inherit(model, genotype, shared)
    rng = np.random.default_rng(number)
    statistics = {}
    for layer in layers:
        if layer.kind in ("conv", "depthwise"):
            normalization = model.get_layer(f"{layer.name}_n")
            statistics[layer.name] = rng.normal(0, 1, layer.shape[2]), rng.uniform(0.5, 2, layer.shape[2])
            normalization.moving_mean.assign(statistics[layer.name][0])
            normalization.moving_variance.assign(statistics[layer.name][1])
    pixels = rng.uniform(-1, 1, (4, *genotype.input_shape)).astype(np.float32)
    statistics = {name: tuple(tf.constant(each, tf.float32) for each in pair) for name, pair in statistics.items()}
    own = slices(shared, layers)
    found, _ = logits(layers, own, pixels, statistics)
    np.testing.assert_allclose(found, model(pixels, training=False), rtol=1e-4, atol=1e-4)
    trained, used = logits(layers, own, pixels)
    np.testing.assert_allclose(trained, model(pixels, training=True), rtol=1e-3, atol=1e-3)
    # What training saw is what tf_keras would take up, a tenth of it a step.
    for name, (mean, _) in used.items():
        moved = 0.9 * statistics[name][0] + 0.1 * mean
        np.testing.assert_allclose(model.get_layer(f"{name}_n").moving_mean, moved, rtol=1e-3, atol=1e-3)
    tf_keras.backend.clear_session()


@pytest.mark.parametrize("number", range(len(SPACES)))
def test_no_student_of_a_space_is_larger_than_what_is_shared_and_something_is_as_large(number):
    space, input_shape = SPACES[number]
    task = Task(input_shape=input_shape, classes=5)
    shared = shared_shapes(space, task)
    largest = {}
    for seed in range(400):
        for name, own in weight_shapes(walk(sample(space, task, random.Random(seed)))).items():
            assert all(have >= want for have, want in zip(shared[name], own, strict=True))
            largest[name] = tuple(map(max, own, largest.get(name, own)))
    assert set(largest) == set(shared)
    assert largest["stem_/conv/kernel"] == shared["stem_/conv/kernel"]
    assert largest["head_/dense/kernel"] == shared["head_/dense/kernel"]


def test_smaller_kernels_are_the_centre_of_larger_ones():
    space, task = Space(stem_kernels=(3, 5), stem_widths=(8, 16)), Task(input_shape=(8, 8, 1), classes=2)
    shared = {name: np.arange(np.prod(form)).reshape(form) for name, form in shared_shapes(space, task).items()}
    small = next(g for n in range(99) if (g := sample(space, task, random.Random(n))).stem_kernel == 3)
    own = slices(shared, walk(small))["stem_/conv/kernel"]
    np.testing.assert_array_equal(own, shared["stem_/conv/kernel"][1:4, 1:4, :, : small.stem_width])


def test_a_file_holds_the_very_weights(tmp_path):
    _, shared = drawn(0)
    save(shared, tmp_path / "supernet.npz")
    again = load(tmp_path / "supernet.npz")
    assert set(again) == set(shared)
    assert all(np.array_equal(again[name], shared[name]) for name in shared)
    assert [path.name for path in tmp_path.iterdir()] == ["supernet.npz"]
