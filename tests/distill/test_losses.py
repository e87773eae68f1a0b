import numpy as np
import pytest
import tensorflow as tf

from distill.losses import (
    correlation_distance,
    cross_entropy,
    decoupled,
    dist,
    multi_level,
    smoothed,
    soft_targets,
    standardized,
)

# Every loss as a function of (labels, teacher, student).
LOSSES = {
    "cross_entropy": lambda labels, teacher, student: cross_entropy(labels, student),
    "soft_targets": lambda labels, teacher, student: soft_targets(teacher, student),
    "standardized": lambda labels, teacher, student: soft_targets(standardized(teacher), standardized(student)),
    "decoupled": lambda labels, teacher, student: decoupled(teacher, student, labels),
    "dist": lambda labels, teacher, student: dist(teacher, student),
    "multi_level": lambda labels, teacher, student: multi_level(teacher, student),
}
RELATE_ROWS = {"dist", "multi_level"}
every_loss = pytest.mark.parametrize("name", LOSSES)


def drawn(batch=5, classes=7, seed=0):
    """Labels, teacher's and student's logits."""
    rng = np.random.default_rng(seed)
    labels = np.eye(classes, dtype=np.float32)[rng.integers(classes, size=batch)]
    return labels, *(rng.normal(0, 2, (batch, classes)).astype(np.float32) for _ in range(2))


def softmax(logits, temperature):
    shares = np.exp(np.float64(logits) / temperature)
    return shares / shares.sum(axis=-1, keepdims=True)


def divergence(teacher, student):
    return np.sum(teacher * np.log(teacher / student), axis=-1)


def test_cross_entropy_known_values():
    logits = tf.math.log([[0.5, 0.3, 0.2]] * 3)
    labels = tf.constant([[0, 1, 0], [0.25, 0, 0.75], [1 / 3] * 3])
    expected = -np.array([np.log(0.3), 0.25 * np.log(0.5) + 0.75 * np.log(0.2), np.log(0.5 * 0.3 * 0.2) / 3])
    np.testing.assert_allclose(cross_entropy(labels, logits), expected, rtol=1e-6)


def test_cross_entropy_refuses_class_numbers():
    # TensorFlow would broadcast these three to three wrong rows.
    with pytest.raises(ValueError, match=r"\(3,\) and \(3, 3\) differ.*one_hot"):
        cross_entropy(tf.constant([0, 1, 2]), tf.zeros((3, 3)))


def test_smoothed_labels():
    np.testing.assert_allclose(smoothed(tf.constant([[0.0, 1, 0, 0]]), 0.1), [[0.025, 0.925, 0.025, 0.025]], rtol=1e-6)


def test_standardized_known_value_and_affine_invariance():
    np.testing.assert_allclose(standardized(tf.constant([[1.0, 2, 3]]))[0], np.sqrt(1.5) * np.array([-1, 0, 1]), 1e-6)
    logits = drawn()[1]
    np.testing.assert_allclose(standardized(7 * logits - 3), standardized(logits), atol=1e-5)
    np.testing.assert_array_equal(standardized(tf.fill((2, 4), 5.0)), np.zeros((2, 4)))


def test_soft_targets_known_value():
    # Teacher 3:1 and student even, at temperature 1: 3/4 log(3/2) + 1/4 log(1/2).
    teacher, student = tf.constant([[np.log(3.0), 0.0]], tf.float32), tf.zeros((1, 2))
    expected = 0.75 * np.log(1.5) + 0.25 * np.log(0.5)
    np.testing.assert_allclose(soft_targets(teacher, student, 1.0), [expected], rtol=1e-5)


def test_decoupled_terms_are_the_papers_and_add_up_to_soft_targets():
    labels, teacher, student = drawn()
    target, (p, q) = labels > 0, (softmax(logits, 2.0) for logits in (teacher, student))
    p_target, q_target = p[target], q[target]
    others = [shares[~target].reshape(5, 6) / (1 - at)[:, None] for shares, at in ((p, p_target), (q, q_target))]
    both = [np.stack([at, 1 - at], axis=-1) for at in (p_target, q_target)]
    target_class = decoupled(teacher, student, labels, 2.0, alpha=1.0, beta=0.0)
    other_classes = decoupled(teacher, student, labels, 2.0, alpha=0.0, beta=1.0)
    np.testing.assert_allclose(target_class, 4 * divergence(*both), rtol=1e-4)
    np.testing.assert_allclose(other_classes, 4 * divergence(*others), rtol=1e-4)
    total = target_class + (1 - p_target) * other_classes
    np.testing.assert_allclose(total, soft_targets(teacher, student, 2.0), rtol=1e-4)
    weighted = decoupled(teacher, student, labels, 2.0, alpha=0.5, beta=3.0)
    np.testing.assert_allclose(weighted, 0.5 * target_class + 3 * other_classes, rtol=1e-5)


def test_decoupled_takes_the_greater_part_of_a_mixed_label():
    labels, teacher, student = drawn()
    mixed = 0.7 * labels + 0.3 * np.roll(labels, 1, axis=-1)
    np.testing.assert_array_equal(decoupled(teacher, student, mixed), decoupled(teacher, student, labels))


def test_decoupled_of_two_classes_has_no_other_classes():
    labels, teacher, student = drawn(classes=2)
    np.testing.assert_array_equal(decoupled(teacher, student, labels, alpha=0.0), np.zeros(5))
    expected = soft_targets(teacher, student)
    np.testing.assert_allclose(decoupled(teacher, student, labels), expected, rtol=1e-4, atol=1e-6)


def test_dist_is_one_minus_pearson():
    _, teacher, student = drawn()
    p, q = softmax(teacher, 2.0), softmax(student, 2.0)
    inter = np.array([1 - np.corrcoef(a, b)[0, 1] for a, b in zip(p, q)])
    intra = np.mean([1 - np.corrcoef(a, b)[0, 1] for a, b in zip(p.T, q.T)])
    loss = dist(teacher, student, 2.0, inter_weight=0.5, intra_weight=3.0)
    np.testing.assert_allclose(loss, 4 * (0.5 * inter + 3 * intra), rtol=1e-4)


def test_correlation_distance_sees_no_positive_affine_map():
    _, first, second = drawn()
    plain = correlation_distance(first, second, axis=-1)
    np.testing.assert_allclose(correlation_distance(5 * first - 2, 0.1 * second + 3, axis=-1), plain, atol=1e-5)
    np.testing.assert_allclose(correlation_distance(first, -4 * first + 1, axis=-1), 2 * np.ones(5), atol=1e-5)
    np.testing.assert_allclose(correlation_distance(first, np.full_like(first, 3), axis=-1), np.full(5, 0.5), 1e-5)
    np.testing.assert_array_equal(correlation_distance(tf.ones((1, 3)), tf.zeros((1, 3)), axis=0), np.zeros(3))


def test_multi_level_is_the_papers_sum_over_temperatures():
    _, teacher, student = drawn()
    expected = 0.0
    for temperature in (2, 3, 4, 5, 6):
        p, q = softmax(teacher, temperature), softmax(student, temperature)
        instance = temperature**2 * np.mean(divergence(p, q))
        rows, classes = np.sum((p @ p.T - q @ q.T) ** 2) / 5, np.sum((p.T @ p - q.T @ q) ** 2) / 7
        expected += instance + 10 * rows + 20 * classes
    loss = multi_level(teacher, student, 4.0, batch_weight=10.0, class_weight=20.0)
    np.testing.assert_allclose(np.mean(loss), expected, rtol=1e-4)


@every_loss
def test_shift_of_logits_is_not_seen(name):
    labels, teacher, student = drawn()
    plain = LOSSES[name](labels, teacher, student)
    np.testing.assert_allclose(LOSSES[name](labels, teacher + 5, student - 2), plain, rtol=1e-3)


@every_loss
def test_no_student_is_better_than_the_teacher(name):
    labels, teacher, student = drawn()
    if name == "cross_entropy":
        teacher = 100 * labels
    np.testing.assert_allclose(LOSSES[name](labels, teacher, teacher + 1), np.zeros(5), atol=1e-4)
    assert np.all(LOSSES[name](labels, teacher, student) > 1e-3)


@every_loss
def test_batch_equals_single_or_follows_the_order_of_rows(name):
    arrays = drawn()
    together = LOSSES[name](*arrays)
    if name in RELATE_ROWS:
        order = [3, 1, 4, 0, 2]
        np.testing.assert_allclose(LOSSES[name](*(a[order] for a in arrays)), together.numpy()[order], rtol=1e-5)
    else:
        single = [LOSSES[name](*(a[i : i + 1] for a in arrays))[0] for i in range(5)]
        np.testing.assert_allclose(together, single, rtol=1e-5)


@every_loss
def test_in_a_graph_with_unknown_batch_and_half_precision(name):
    labels, teacher, student = drawn()
    teacher, student = teacher.astype(np.float16), student.astype(np.float16)
    half = tf.TensorSpec((None, 7), tf.float16)
    graph = tf.function(LOSSES[name], input_signature=[tf.TensorSpec((None, 7)), half, half])
    loss = graph(labels, teacher, student)
    assert loss.dtype == tf.float32
    assert loss.shape == (5,)
    np.testing.assert_allclose(loss, LOSSES[name](labels, np.float32(teacher), np.float32(student)), rtol=1e-4)


@every_loss
def test_gradient_is_the_slope(name):
    labels, teacher, student = drawn()
    way = np.random.default_rng(1).normal(size=student.shape).astype(np.float32)
    way /= np.linalg.norm(way)
    variable = tf.Variable(student)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(LOSSES[name](labels, teacher, variable))
    gradient = tape.gradient(loss, variable)
    further, nearer = (np.sum(LOSSES[name](labels, teacher, student + step * way)) for step in (0.05, -0.05))
    # The rounding of the two losses is all that a way nearly level shows.
    tolerance = 1e-3 * np.linalg.norm(gradient)
    np.testing.assert_allclose(np.sum(gradient * way), (further - nearer) / 0.1, rtol=0, atol=tolerance)


@every_loss
@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("size", [0.0, 1e-6, 1.0, 6e4])
def test_gradients_are_finite_at_extremes(name, size, batch, classes):
    labels = tf.one_hot([1] * batch, classes)
    # Both sure of different classes; both sure of the same; a teacher or a student without an opinion.
    sure, other = size * tf.one_hot([0] * batch, classes), size * labels
    for teacher, start in ((sure, other), (sure, -sure), (sure, sure), (sure, 0 * sure), (0 * sure, sure)):
        student = tf.Variable(start)
        with tf.GradientTape() as tape:
            loss = LOSSES[name](labels, teacher, student)
        assert np.all(np.isfinite(loss))
        assert np.all(np.isfinite(tape.gradient(loss, student)))


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_rows_of_zeros_are_no_label_and_have_neither_loss_nor_gradient(smoothing):
    labels, _, student = drawn()
    labels[1] = labels[3] = 0
    logits = tf.Variable(student)
    with tf.GradientTape() as tape:
        loss = cross_entropy(smoothed(labels, smoothing), logits)
    gradient = tape.gradient(loss, logits).numpy()
    assert loss.numpy()[[1, 3]].tolist() == [0, 0]
    assert not gradient[[1, 3]].any()
    rest = cross_entropy(smoothed(labels[[0, 2, 4]], smoothing), student[[0, 2, 4]])
    np.testing.assert_array_equal(loss.numpy()[[0, 2, 4]], rest)
    assert np.abs(gradient[[0, 2, 4]]).min() > 0


def test_without_a_label_the_target_of_dkd_is_the_teachers():
    labels, teacher, student = drawn()
    guessed = np.eye(7, dtype=np.float32)[teacher.argmax(axis=1)]
    np.testing.assert_array_equal(decoupled(teacher, student, 0 * labels), decoupled(teacher, student, guessed))
