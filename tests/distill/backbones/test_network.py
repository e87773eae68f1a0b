"""A backbone with a head."""

from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf
import tf_keras

from distill.backbones.network import backbone_net
from distill.errors import TeacherRefused
from distill.examples import scaled
from distill.features import with_features
from distill.precision import computing_in
from distill.teacher import Teacher
from tests.distill.backbones import nets

PRETRAINED = Teacher(backbone=f"{nets.__name__}:pretrained")
PIXELS = np.random.default_rng(0).integers(0, 256, (3, 8, 8, 1)).astype(np.float32)


def net(settings=PRETRAINED, input_shape=(8, 8, 1), seed=0):
    return backbone_net(settings, input_shape=input_shape, classes=4, seed=seed)


def test_the_features_are_the_backbones_for_enlarged_grey_pictures_in_its_range():
    made = net(replace(PRETRAINED, image_size=16))
    pictures = tf.image.resize(np.repeat(PIXELS, 3, axis=3) / 255, (16, 16))
    expected = nets.pretrained((16, 16, 3))(pictures)
    inner = with_features(made.model, ("map", "pooled", "active"))
    answers = inner(scaled(PIXELS))
    np.testing.assert_allclose(answers["map"], expected, atol=1e-5)
    np.testing.assert_allclose(answers["pooled"], tf.reduce_mean(expected, (1, 2)), atol=1e-5)
    assert answers["active"].shape == (3, 8, 8, 8)
    assert answers["logits"].shape == (3, 4)
    assert (made.side, made.input_range) == ((16, 16), (0.0, 1.0))


def test_the_smaller_side_is_the_one_that_is_given():
    assert net(replace(PRETRAINED, image_size=24), (8, 12, 3)).side == (24, 36)


def test_a_backbone_may_end_in_a_vector():
    assert net(Teacher(backbone=f"{nets.__name__}:vector")).model.output_shape == (None, 4)


def test_only_statistics_of_pretrained_weights_stay():
    pretrained, random = net(), net(Teacher(backbone=f"{nets.__name__}:tiny", weights="random"))
    for made, moves in ((pretrained, False), (random, True)):
        (normal,) = [layer for layer in made.model._flatten_layers() if layer.name == "normal"]
        before = normal.moving_mean.numpy()
        made.model(scaled(PIXELS), training=True)
        assert np.any(normal.moving_mean.numpy() != before) == moves
    assert "pretrained weights" in str(pretrained)
    assert "random weights" in str(random)


def test_equal_seeds_give_equal_weights_in_either_precision():
    first, again, other = net(), net(), net(seed=1)
    with computing_in("mixed_bfloat16"):
        halved = net().model
    assert halved.output.dtype == tf.float32
    for a, b, c in zip(first.model.get_weights(), again.model.get_weights(), halved.get_weights()):
        np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(a, c)
    heads = [made.model.layers[-1].get_weights()[0] for made in (first, other)]
    assert np.any(heads[0] != heads[1])


@pytest.mark.parametrize(
    ("settings", "input_shape", "message"),
    [
        (replace(PRETRAINED, image_size=6), (8, 8, 1), "image-size is 6, and the pictures are 8x8"),
        (PRETRAINED, (1, 12, 16), "takes pictures of 3 channels, the data have 16"),
        (PRETRAINED, (4, 4, 3), "--teacher.image-size"),
    ],
)
def test_data_that_it_cannot_see_are_refused(settings, input_shape, message):
    with pytest.raises(TeacherRefused, match=message):
        net(settings, input_shape)


def test_a_model_of_keras_applications_gets_a_head():
    settings = Teacher(backbone="tf_keras.applications:MobileNetV2", weights="random", image_size=32)
    made = net(settings)
    assert isinstance(made.model.layers[-1], tf_keras.layers.Dense)
    assert made.input_range == (-1.0, 1.0)
