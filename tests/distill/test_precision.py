import numpy as np
import pytest
import tensorflow as tf
import tf_keras

from distill.precision import (
    PAYS_FROM,
    PrecisionSpeeds,
    computing_in,
    in_halves,
    measure,
    reduced_on,
    reduced_precision,
)
from distill.teacher import Teacher
from distill.teacher_nets import build_teacher


def build():
    return build_teacher(Teacher(width=4, groups=1, depth=1), input_shape=(8, 8, 1), classes=2, seed=0)


def test_bfloat16_is_taken_where_it_pays():
    speeds = dict(reduced="mixed_bfloat16", float32_images_per_s=100, reduced_images_per_s=100)
    slow = PrecisionSpeeds(**speeds, speedup=PAYS_FROM - 0.01)
    fast = PrecisionSpeeds(**speeds, speedup=PAYS_FROM)
    assert (slow.precision, fast.precision) == ("float32", "mixed_bfloat16")


@pytest.mark.parametrize(
    ("capabilities", "precision"),
    [
        ([], "mixed_bfloat16"),
        ([(8, 0), (9, 0)], "mixed_bfloat16"),
        ([(7, 0)], "mixed_float16"),
        ([(7, 5), (8, 6)], "mixed_float16"),
        ([None], "mixed_float16"),
    ],
)
def test_16_bits_are_those_that_every_gpu_computes_in_and_float16_never_a_processors(capabilities, precision):
    assert reduced_on(capabilities) == precision


@pytest.mark.skipif(bool(tf.config.list_physical_devices("GPU")), reason="of a machine without a GPU")
def test_a_measurement_on_a_processor_is_of_bfloat16():
    assert reduced_precision() == "mixed_bfloat16"


def test_models_compute_in_it_and_keep_float32_weights_and_logits():
    with computing_in("mixed_bfloat16"):
        model = build()
    assert tf_keras.mixed_precision.global_policy().name == "float32"
    assert {layer.compute_dtype for layer in model.layers if "conv" in layer.name} == {"bfloat16"}
    assert {weight.dtype.name for weight in model.weights} == {"float32"}
    assert model.output.dtype.name == "float32"


def test_measuring_gives_a_speed_for_each():
    measured = measure(build, 8)
    assert measured.float32_images_per_s > 0
    assert measured.reduced_images_per_s > 0


@pytest.fixture(scope="module")
def model():
    pixels = tf_keras.layers.Input((4, 4, 1))
    features = tf_keras.layers.BatchNormalization()(tf_keras.layers.Conv2D(3, 3)(pixels))
    return tf_keras.Model(pixels, {"logits": tf_keras.layers.Flatten()(features), "map": features})


def inputs_of(count: int) -> tf.Tensor:
    return tf.constant(np.random.default_rng(count).normal(size=(count, 4, 4, 1)), tf.float32)


@pytest.mark.parametrize("count", [1, 2, 7, 128])
def test_inference_is_that_of_the_whole_batch(model, count):
    inputs = inputs_of(count)
    halves = tf.function(lambda batch: in_halves(model, batch, training=False))(inputs)
    whole = model(inputs, training=False)
    assert {name: tuple(output.shape) for name, output in halves.items()} == {
        "logits": (count, 12),
        "map": (count, 2, 2, 3),
    }
    for name in whole:
        np.testing.assert_allclose(halves[name], whole[name], rtol=1e-5, atol=1e-6)


def test_batch_normalization_in_training_sees_each_half_by_itself(model):
    inputs = inputs_of(128)
    halves = tf.function(lambda batch: in_halves(model, batch, training=True))(inputs)
    for half in (slice(0, 64), slice(64, 128)):
        np.testing.assert_allclose(halves["map"][half], model(inputs[half], training=True)["map"], rtol=1e-4, atol=1e-5)
