"""The range of a backbone's pixels: as it is declared or stated, and as layers make it."""

import numpy as np
import pytest
import tf_keras

from distill.backbones.pixels import in_range, settled_range
from distill.brought.teacher_input import ranged
from distill.errors import TeacherRefused
from distill.examples import scaled
from experiments.efficientnet_lite0 import efficientnet_lite0

_APPLICATIONS = tf_keras.applications
RANGES = [(0.0, 255.0), (-1.0, 1.0), (1.0, 0.0), "imagenet", "caffe"]


@pytest.mark.parametrize(
    ("builder", "expected"),
    [
        (_APPLICATIONS.MobileNetV2, (-1, 1)),
        (_APPLICATIONS.efficientnet.EfficientNetB0, (0, 255)),
        (_APPLICATIONS.ResNet50, "caffe"),
        (_APPLICATIONS.DenseNet121, "imagenet"),
        (efficientnet_lite0, (-127 / 128, 1)),
    ],
)
def test_a_builders_module_declares_it(builder, expected):
    declared = settled_range(builder, "builder", None)
    assert declared == (expected if isinstance(expected, str) else pytest.approx(expected))
    assert settled_range(builder, "builder", (0.0, 1.0)) == (0.0, 1.0)


def builder_beside(monkeypatch, preprocess):
    """A function whose module has such a `preprocess_input`."""

    def builder():
        pass

    if preprocess is not None:
        monkeypatch.setattr("tests.distill.backbones.test_pixels.preprocess_input", preprocess, raising=False)
    return builder


def failing(pixels):
    raise KeyError("scale")


@pytest.mark.parametrize(
    ("preprocess", "message"),
    [
        (None, "no function preprocess_input: say by --teacher.input-range .* imagenet or caffe"),
        (lambda pixels: pixels**2, "something else than to bring pixels to a range: say by --teacher.input-range"),
        (lambda pixels: pixels[:, 1:], "something else"),
        (lambda pixels: 0 * pixels, "something else"),
        (failing, "failed on pictures: KeyError: 'scale'; say by --teacher.input-range"),
    ],
)
def test_one_that_is_not_declared_is_asked_for(monkeypatch, preprocess, message):
    with pytest.raises(TeacherRefused, match=message):
        settled_range(builder_beside(monkeypatch, preprocess), "builder", None)


@pytest.mark.parametrize("input_range", RANGES)
@pytest.mark.parametrize("channels", [1, 3])
def test_layers_bring_scaled_pixels_to_it(input_range, channels):
    pixels = np.random.default_rng(0).integers(0, 256, (2, 4, 5, channels)).astype(np.float32)
    image = tf_keras.Input((4, 5, channels))
    model = tf_keras.Model(image, in_range(image, input_range))
    coloured = np.repeat(pixels, 3 // channels, axis=3)
    np.testing.assert_allclose(model(scaled(pixels)), ranged(coloured, input_range), atol=1e-4)
