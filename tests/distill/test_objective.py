import numpy as np
import pytest
import tensorflow as tf

from distill import losses
from distill.distillation import FEATURE_LOSSES, LOGIT_LOSSES, Distillation
from distill.objective import Objective
from distill.teacher import Teacher
from distill.teacher_nets import build_teacher

RNG = np.random.default_rng(0)
LABELS = tf.one_hot([0, 1, 2, 1], 3)
TARGETS = {
    "labels": LABELS,
    "logits": tf.constant(RNG.normal(size=(4, 3)), tf.float32),
    "pooled": tf.constant(RNG.normal(size=(4, 20)), tf.float32),
    "map": tf.constant(RNG.normal(size=(4, 3, 3, 5)), tf.float32),
    "map.attention": tf.constant(RNG.random(size=(4, 3, 3)), tf.float32),
}
SHAPES = {name: tensor.shape for name, tensor in TARGETS.items()}


@pytest.fixture(scope="module")
def student():
    return build_teacher(Teacher(width=4, groups=2, depth=1), input_shape=(8, 8, 1), classes=3, seed=0)


def losses_of(student, distillation, smoothing=0.0, progress=0.0):
    objective = Objective(student, smoothing, distillation, SHAPES)
    pixels = tf.constant(np.random.default_rng(1).uniform(-1, 1, (4, 8, 8, 1)), tf.float32)
    outputs = objective.model(pixels, training=False)
    return objective(outputs, TARGETS, tf.constant(progress)), student(pixels, training=False)


def test_without_a_teacher_it_is_the_smoothed_cross_entropy(student):
    given, logits = losses_of(student, None, smoothing=0.1)
    np.testing.assert_allclose(given, losses.cross_entropy(losses.smoothed(LABELS, 0.1), logits), rtol=1e-6)


def test_it_is_keras_weighted_sum(student):
    settings = Distillation(
        distillation_losses=("soft_targets", "dist"),
        distillation_loss_weights=(2.0, 0.5),
        student_loss_weight=0.3,
        temperature=4.0,
    )
    given, logits = losses_of(student, settings)
    taught = 2 * losses.soft_targets(TARGETS["logits"], logits, 4.0) + 0.5 * losses.dist(TARGETS["logits"], logits, 4.0)
    np.testing.assert_allclose(given, 0.3 * losses.cross_entropy(LABELS, logits) + 0.7 * taught, rtol=1e-5)


@pytest.mark.parametrize(("progress", "temperature"), [(0.0, 4.0), (0.5, 3.0), (1.0, 2.0)])
def test_the_temperature_moves_along_a_line(student, progress, temperature):
    settings = Distillation(temperature=4.0, final_temperature=2.0, student_loss_weight=0.0)
    given, logits = losses_of(student, settings, progress=progress)
    np.testing.assert_allclose(given, losses.soft_targets(TARGETS["logits"], logits, temperature), rtol=1e-5)


def test_standardized_logits_are_compared_where_asked(student):
    given, logits = losses_of(student, Distillation(standardize_logits=True, student_loss_weight=0.0, temperature=2.0))
    expected = losses.soft_targets(losses.standardized(TARGETS["logits"]), losses.standardized(logits), 2.0)
    np.testing.assert_allclose(given, expected, rtol=1e-5)


def test_a_users_function_is_a_loss(student):
    def squared(teacher_logits, student_logits, labels, temperature):
        return tf.reduce_sum((teacher_logits - student_logits) ** 2, axis=-1) / temperature

    given, logits = losses_of(
        student, Distillation(distillation_losses=(), own_losses=(squared,), student_loss_weight=0.0)
    )
    np.testing.assert_allclose(given, np.sum((TARGETS["logits"] - logits) ** 2, axis=1) / 3, rtol=1e-5)


@pytest.mark.parametrize("loss", LOGIT_LOSSES + FEATURE_LOSSES)
def test_every_named_loss_reaches_the_weights_that_it_should(student, loss):
    settings = Distillation(distillation_losses=(loss,), student_loss_weight=0.0)
    assert set(settings.features) <= set(SHAPES)
    objective = Objective(student, 0.0, settings, SHAPES)
    pixels = tf.constant(np.random.default_rng(1).uniform(-1, 1, (4, 8, 8, 1)), tf.float32)
    with tf.GradientTape() as tape:
        given = objective(objective.model(pixels, training=True), TARGETS, tf.constant(0.0))
    assert given.shape == (4,)
    assert np.isfinite(given).all()
    gradients = tape.gradient(given, student.trainable_variables)
    assert np.abs(gradients[0]).max() > 0
    # Losses on features leave the last layer to the labels.
    assert (np.abs(gradients[-1]).max() == 0) == (loss in FEATURE_LOSSES)
    assert [layer.name for layer in objective.regressor_layers] == (["regressor"] if loss == "hints" else [])


@pytest.mark.parametrize("loss", ["hints", "relational"])
def test_chosen_layers_are_compared(student, loss):
    names = dict(teacher_layer_name="map", student_layer_name="map")
    given, _ = losses_of(student, Distillation(distillation_losses=(loss,), student_loss_weight=0.0, **names))
    assert np.isfinite(given).all()


@pytest.mark.parametrize("weight", [0.3, 0.0])
def test_without_a_label_the_teachers_part_is_all_that_counts(student, weight):
    settings = Distillation(student_loss_weight=weight)
    objective = Objective(student, 0.1, settings, SHAPES)
    logits = tf.Variable(RNG.normal(size=(4, 3)), dtype=tf.float32)
    targets = {**TARGETS, "labels": LABELS * tf.constant([[1.0], [0.0], [1.0], [0.0]])}
    with tf.GradientTape(persistent=True) as tape:
        loss = objective(logits, targets, tf.constant(0.0))
        taught = (1 - weight) * losses.soft_targets(TARGETS["logits"], logits, 3.0)
    np.testing.assert_allclose(loss[1::2], taught[1::2], rtol=1e-6)
    gradients = [tape.gradient(each, logits)[1::2] for each in (loss, taught)]
    np.testing.assert_allclose(*gradients, atol=1e-6)
    np.testing.assert_allclose(loss[::2], objective(logits, TARGETS, tf.constant(0.0))[::2], rtol=1e-6)
