"""Backbones as their builders give them."""

import numpy as np
import pytest
import tf_keras

from distill.backbones.opened import open_backbone
from distill.errors import TeacherRefused
from tests.distill.backbones import nets

NETS = nets.__name__
SHAPE = (16, 16, 3)


def test_a_builder_of_keras_applications_is_asked_for_no_top():
    model = open_backbone("tf_keras.applications.mobilenet_v2:MobileNetV2", weights="random", input_shape=(32, 32, 3))
    assert model.output_shape == (None, 1, 1, 1280)


def test_weights_of_a_file_are_loaded(tmp_path):
    file = tmp_path / "tiny.weights.h5"
    pretrained = nets.pretrained(SHAPE)
    pretrained.save_weights(file)
    model = open_backbone(f"{NETS}:tiny", weights=str(file), input_shape=SHAPE)
    for array, expected in zip(model.get_weights(), pretrained.get_weights()):
        np.testing.assert_array_equal(array, expected)


def test_a_builder_without_a_parameter_for_weights_has_its_own():
    model = open_backbone(f"{NETS}:pretrained", weights=None, input_shape=SHAPE)
    for array, expected in zip(model.get_weights(), nets.pretrained(SHAPE).get_weights()):
        np.testing.assert_array_equal(array, expected)


@pytest.mark.parametrize(
    ("source", "weights", "message"),
    [
        (f"{NETS}:tiny", None, "is without weights: give --teacher.weights FILE, or imagenet .* or random"),
        (f"{NETS}:tiny", "gone.h5", "there is no file gone.h5"),
        (f"{NETS}:tiny", "imagenet", "weights imagenet are downloaded.*give --teacher.weights FILE"),
        (f"{NETS}:pretrained", "imagenet", "imagenet is no file, and .* has no parameter weights"),
        (f"{NETS}:nothing", None, "cannot be imported"),
        (f"{NETS}:of_keras_3", None, "returned a keras Sequential; allowed: .*of tf_keras"),
        (f"{NETS}:subclassed", None, "returned a tests Own; allowed: a functional or sequential model"),
        (f"{NETS}:large", None, r"takes \(32, 32, 3\), the pictures are \(16, 16, 3\).*--teacher.image-size"),
        (f"{NETS}:vanishing", None, "--teacher.image-size"),
    ],
)
def test_what_is_no_backbone_is_refused_with_what_mends_it(source, weights, message):
    with pytest.raises(TeacherRefused, match=message):
        open_backbone(source, weights=weights, input_shape=SHAPE)


def test_pictures_that_are_too_small_are_refused_by_the_builders_own_words():
    with pytest.raises(TeacherRefused, match="at least 8x8.*--teacher.image-size"):
        open_backbone(f"{NETS}:tiny", weights="random", input_shape=(4, 4, 3))


def test_a_file_that_is_of_another_network_is_refused(tmp_path):
    file = tmp_path / "other.h5"
    tf_keras.Sequential([tf_keras.layers.Dense(3, input_shape=(2,))]).save_weights(file)
    with pytest.raises(TeacherRefused, match=r"tiny failed, given .*other.h5.*look at its file of weights"):
        open_backbone(f"{NETS}:tiny", weights=str(file), input_shape=SHAPE)
    arrays, source = tmp_path / "other.npz", "experiments.efficientnet_lite0:efficientnet_lite0"
    np.savez(arrays, a=np.zeros(3))
    with pytest.raises(TeacherRefused, match="does not have the arrays of EfficientNet-Lite0"):
        open_backbone(source, weights=str(arrays), input_shape=(32, 32, 3))
