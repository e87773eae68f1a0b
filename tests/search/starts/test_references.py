"""Reference networks against the figures that are published of them."""

import pytest

from search.choices import genotype_of, values_of
from search.space import Space
from search.starts.references import DS_CNN, EFFICIENTNET_LITE0, MOBILENET_V1_025, MOBILENET_V2, RESNET8
from search.walk import macs, params, walk

SPACE = Space(
    stem_widths=(8, 16, 32, 64),
    stem_kernels=(3, "10x4"),
    stem_strides=(1, 2),
    stages=(1, 3, 5, 7),
    blocks=("basic", "dense", "depthwise"),
    widths=(16, 24, 32, 40, 64, 80, 96, 112, 128, 160, 192, 256, 320),
    depths=(1, 2, 3, 4, 6),
    expansions=(1, 6),
    projections=(False, True),
    head_widths=(0, 1280),
)


def normalized(layers, *, shortcuts=True):
    """Channels that have a batch normalization in the original."""
    return sum(
        layer.shape[2]
        for layer in layers
        if layer.kind in ("conv", "depthwise") and (shortcuts or not layer.name.endswith("c"))
    )


@pytest.mark.parametrize("genotype", [RESNET8, MOBILENET_V1_025, DS_CNN, MOBILENET_V2, EFFICIENTNET_LITE0])
def test_each_is_a_point_of_a_space(genotype):
    assert genotype_of(SPACE, genotype.task, values_of(SPACE, genotype)) == genotype


@pytest.mark.parametrize(
    ("genotype", "parameters", "multiply_accumulates"),
    [(MOBILENET_V1_025, 221_794, 7_489_664), (DS_CNN, 24_908, 2_656_768)],
)
def test_mlperf_tinys_own_count_with_biases_and_normalization(genotype, parameters, multiply_accumulates):
    layers = walk(genotype)
    assert sum(map(sum, params(layers))) + 4 * normalized(layers) == parameters
    assert macs(layers) == multiply_accumulates


def test_resnet8_whose_shortcuts_are_not_normalized():
    layers = walk(RESNET8)
    assert sum(map(sum, params(layers))) + 4 * normalized(layers, shortcuts=False) == 78_666
    assert macs(layers) == 12_501_632


def test_mobilenet_v2_without_biases_but_in_its_last_layer():
    layers = walk(MOBILENET_V2)
    weights = sum(kernel for kernel, _ in params(layers))
    assert weights + layers[-1].shape[2] + 4 * normalized(layers) == 3_538_984
    # 300 million in the paper's table 4.
    assert round(macs(layers), -6) == 301_000_000


def test_efficientnet_lite0_has_the_weights_of_the_published_file():
    layers = walk(EFFICIENTNET_LITE0)
    weights = sum(kernel for kernel, _ in params(layers))
    # The values of its 247 arrays, running statistics among them.
    assert weights + layers[-1].shape[2] + 4 * normalized(layers) == 4_694_024
    assert round(macs(layers), -6) == 385_000_000
