"""Files of students that were written straight from their weights, against those of tfmot and the converter."""

from dataclasses import replace

import numpy as np
import pytest

from deploy.compress.compression import Compression
from deploy.compress.steps import Representative, compress
from deploy.tflite import runtime
from deploy.tflite.audit import audit
from experiments.benchmarks.cases.untrained import built_with_biases
from experiments.deploying.untrained_file import untrained_file
from tests.conftest import RESIDUAL

RANGE = (-1.0, 127 / 128)


@pytest.mark.parametrize(
    ("seed", "input_shape", "downscale", "head_width"),
    [(0, (8, 8, 1), 1, 0), (5, (16, 16, 3), 1, 24), (3, (16, 12, 3), 2, 0)],
)
def test_it_answers_as_the_converters_file_does(genotypes, seed, input_shape, downscale, head_width):
    genotype = genotypes(seed, input_shape=input_shape, space=RESIDUAL)
    genotype = replace(genotype, downscale=downscale, head_width=head_width)
    model, rng = built_with_biases(genotype), np.random.default_rng(seed)
    pixels = rng.integers(0, 256, (200, *input_shape), np.uint8)
    inputs = (pixels / 128 - 1).astype(np.float32)
    representative = Representative(inputs=inputs[:64], labels=np.arange(64) % 10, input_range=RANGE)
    written = untrained_file(model, genotype, representative)
    converted = compress(model, Compression(), representative).file
    assert abs(len(written) - len(converted)) <= 40
    assert audit(written).whole_graph_delegated
    steps = runtime.run(written, pixels).astype(int) - runtime.run(converted, pixels)
    # A scale's last bit moves a weight by a step where it lies in the middle of two.
    assert np.abs(steps).max() <= 1
    assert np.mean(steps == 0) >= 0.8
