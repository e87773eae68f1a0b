import numpy as np
import pytest
import tensorflow as tf

from distill.losses import cross_entropy, soft_targets


def test_cross_entropy_of_even_logits_is_log_of_classes():
    loss = cross_entropy(tf.constant([0, 3]), tf.zeros((2, 4)))
    np.testing.assert_allclose(loss, [np.log(4)] * 2, rtol=1e-6)


def test_soft_targets_known_value():
    # Teacher 3:1 and student even, at temperature 1: 3/4 log(3/2) + 1/4 log(1/2).
    teacher, student = tf.constant([[np.log(3.0), 0.0]], tf.float32), tf.zeros((1, 2))
    expected = 0.75 * np.log(1.5) + 0.25 * np.log(0.5)
    np.testing.assert_allclose(soft_targets(teacher, student, 1.0), [expected], rtol=1e-5)


def test_soft_targets_do_not_see_a_shift_of_logits_and_vanish_for_equals():
    rng = np.random.default_rng(0)
    teacher, student = (tf.constant(rng.normal(size=(5, 7)), tf.float32) for _ in range(2))
    plain = soft_targets(teacher, student, 3.0)
    np.testing.assert_allclose(soft_targets(teacher + 5, student - 2, 3.0), plain, rtol=1e-3)
    np.testing.assert_allclose(soft_targets(teacher, teacher + 1, 3.0), np.zeros(5), atol=1e-5)
    assert np.all(plain > 0)


def test_batch_equals_single():
    rng = np.random.default_rng(1)
    teacher, student = (tf.constant(rng.normal(size=(4, 3)), tf.float32) for _ in range(2))
    single = [soft_targets(teacher[i : i + 1], student[i : i + 1], 2.0)[0] for i in range(4)]
    np.testing.assert_allclose(soft_targets(teacher, student, 2.0), single, rtol=1e-6)


@pytest.mark.parametrize("size", [1e-6, 1.0, 6e4])
def test_gradients_are_finite_at_extremes(size):
    student = tf.Variable([[size, -size, 0.0]])
    with tf.GradientTape() as tape:
        loss = soft_targets(tf.constant([[-size, size, 0.0]]), student, 3.0) + cross_entropy([1], student)
    assert np.all(np.isfinite(loss))
    assert np.all(np.isfinite(tape.gradient(loss, student)))
