"""Reference networks of the field as genotypes, with their published figures in the tests.

Biases that the originals have in front of batch normalization are folded into its shift, as in any converted file.
"""

from dataclasses import replace

from search.genotype import Genotype, Stage


def _stage(
    block, width: int, depth: int, stride: int, *, kernel: int = 3, expansion: int = 1, residual: bool = False
) -> Stage:
    return Stage(
        block=block,
        width=width,
        depth=depth,
        kernel=kernel,
        expansion=expansion,
        stride=stride,
        residual=residual,
        projection=block == "basic",
    )


RESNET8 = Genotype(
    input_shape=(32, 32, 3),
    classes=10,
    stem_width=16,
    stem_kernel=3,
    stem_stride=1,
    stages=(
        _stage("basic", 16, 1, 1, residual=True),
        _stage("basic", 32, 1, 2, residual=True),
        _stage("basic", 64, 1, 2, residual=True),
    ),
)
"""MLPerf Tiny's image classification (Banbury 2021): a third of ResNet-20's blocks (He 2016, section 4.2)."""

_SMALL_IMAGES = Genotype(
    input_shape=(32, 32, 3),
    classes=10,
    stem_width=16,
    stem_kernel=3,
    stem_stride=1,
    stages=(
        _stage("basic", 32, 2, 2, residual=True),
        _stage("basic", 48, 1, 2, residual=True),
        _stage("depthwise", 80, 2, 1, residual=True),
    ),
)

SMALL_IMAGES = (
    _SMALL_IMAGES,
    replace(_SMALL_IMAGES, stages=(*_SMALL_IMAGES.stages[:2], replace(_SMALL_IMAGES.stages[2], depth=1))),
    replace(
        _SMALL_IMAGES,
        stages=(
            _stage("basic", 32, 3, 2, residual=True),
            _stage("depthwise", 96, 3, 2, residual=True),
        ),
    ),
)
"""Networks of our own of about ResNet-8's bytes: more blocks behind, and none at full size. On a host with AVX512 the
first is as fast, the second a tenth faster, the third a fourth slower, as its latency profile has it."""

MOBILENET_V1_025 = Genotype(
    input_shape=(96, 96, 3),
    classes=2,
    stem_width=8,
    stem_kernel=3,
    stem_stride=2,
    stages=(
        _stage("depthwise", 16, 1, 1),
        _stage("depthwise", 32, 2, 2),
        _stage("depthwise", 64, 2, 2),
        _stage("depthwise", 128, 6, 2),
        _stage("depthwise", 256, 2, 2),
    ),
)
"""MLPerf Tiny's visual wake words: MobileNetV1 of width 0.25 (Howard 2017, table 1)."""

DS_CNN = Genotype(
    input_shape=(49, 10, 1),
    classes=12,
    stem_width=64,
    stem_kernel="10x4",
    stem_stride=2,
    stages=(_stage("depthwise", 64, 4, 1),),
)
"""MLPerf Tiny's keyword spotting: DS-CNN (Zhang 2017, "Hello Edge")."""

MOBILENET_V2 = Genotype(
    input_shape=(224, 224, 3),
    classes=1000,
    stem_width=32,
    stem_kernel=3,
    stem_stride=2,
    stages=(
        _stage("depthwise", 16, 1, 1),
        _stage("depthwise", 24, 2, 2, expansion=6, residual=True),
        _stage("depthwise", 32, 3, 2, expansion=6, residual=True),
        _stage("depthwise", 64, 4, 2, expansion=6, residual=True),
        _stage("depthwise", 96, 3, 1, expansion=6, residual=True),
        _stage("depthwise", 160, 3, 2, expansion=6, residual=True),
        _stage("depthwise", 320, 1, 1, expansion=6, residual=True),
    ),
    head_width=1280,
)
"""MobileNetV2 (Sandler 2018, table 2); its first bottleneck, which does not expand, ends in ReLU here."""

EFFICIENTNET_LITE0 = replace(
    MOBILENET_V2,
    stages=(
        _stage("depthwise", 16, 1, 1),
        _stage("depthwise", 24, 2, 2, expansion=6, residual=True),
        _stage("depthwise", 40, 2, 2, kernel=5, expansion=6, residual=True),
        _stage("depthwise", 80, 3, 2, expansion=6, residual=True),
        _stage("depthwise", 112, 3, 1, kernel=5, expansion=6, residual=True),
        _stage("depthwise", 192, 4, 2, kernel=5, expansion=6, residual=True),
        _stage("depthwise", 320, 1, 1, expansion=6, residual=True),
    ),
)
"""EfficientNet-Lite0 (Tan 2019, table 1, without squeeze-and-excite), with ReLU in place of ReLU6."""

REFERENCES = (*SMALL_IMAGES, RESNET8, MOBILENET_V1_025, DS_CNN, MOBILENET_V2, EFFICIENTNET_LITE0)
