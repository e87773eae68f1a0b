import numpy as np
import pytest
import tensorflow as tf

from distill.feature_losses import (
    attention_map,
    attention_transfer,
    hints,
    relational,
    resized_map,
    similarity_preserving,
)


def attention(teacher, student):
    return attention_transfer(attention_map(teacher), attention_map(student))


# Every loss as a function of (teacher, student), both of shape (batch, height, width, channels).
LOSSES = {
    "hints": hints,
    "attention": attention,
    "relational": relational,
    "similarity_preserving": similarity_preserving,
}
RELATE_ROWS = {"relational", "similarity_preserving"}
every_loss = pytest.mark.parametrize("name", LOSSES)


def drawn(batch=5, channels=2, seed=0):
    """The teacher's and the student's feature."""
    rng = np.random.default_rng(seed)
    return tuple(rng.normal(0, 2, (batch, 3, 4, channels)).astype(np.float32) for _ in range(2))


def flat(feature):
    return np.float64(feature).reshape(len(feature), -1)


def rotation(dims, seed=2):
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(dims, dims)))[0]


def test_hints_known_value():
    teacher, student = tf.constant([[1.0, 2.0], [0.0, 0.0]]), tf.constant([[1.0, 4.0], [3.0, 4.0]])
    np.testing.assert_allclose(hints(teacher, student), [2.0, 12.5])


@pytest.mark.parametrize("loss", [hints, attention])
def test_unequal_maps_are_refused_until_resized(loss):
    teacher, student = drawn()[0], np.ones((5, 6, 8, 2), np.float32)
    with pytest.raises(ValueError, match=r"differ, but must be the same.*resized_map"):
        loss(teacher, student)
    assert loss(teacher, resized_map(teacher, student)).shape == (5,)


def test_resized_map():
    teacher, student = tf.zeros((1, 1, 2, 5)), tf.constant([[[[1.0], [3.0], [5.0], [9.0]]]])
    np.testing.assert_allclose(resized_map(teacher, student), [[[[2.0], [7.0]]]])
    same = drawn()[0]
    np.testing.assert_array_equal(resized_map(same, same), same)


def test_attention_map_known_value():
    # Mean squares 4.5 and 6 at two points: 3 to 4, over norm 5.
    np.testing.assert_allclose(attention_map(tf.constant([[[[3.0, 0.0]], [[2.0, 8.0**0.5]]]])), [[0.6, 0.8]], rtol=1e-6)
    np.testing.assert_array_equal(attention_map(tf.zeros((2, 3, 3, 4))), np.zeros((2, 9)))


def test_attention_map_sees_neither_scale_nor_order_nor_number_of_channels():
    feature = drawn(channels=3)[0]
    plain = attention_map(feature)
    for changed in (1e-8 * feature, 1e8 * feature, feature[..., ::-1], np.tile(feature, 2)):
        np.testing.assert_allclose(attention_map(changed), plain, rtol=1e-5)


def test_attention_transfer_known_value():
    teacher, student = tf.constant([[1.0, 0.0], [0.0, 1.0]]), tf.constant([[0.0, 1.0], [0.0, 1.0]])
    np.testing.assert_allclose(attention_transfer(teacher, student), [1.0, 0.0])


def relations(feature):
    rows = flat(feature)
    steps = rows[None] - rows[:, None]
    distances = np.linalg.norm(steps, axis=-1)
    units = steps / np.maximum(distances, 1e-12)[..., None]
    return distances / distances[distances > 0].mean(), np.einsum("ijd,ikd->ijk", units, units)


def huber(difference):
    return np.where(np.abs(difference) < 1, difference**2 / 2, np.abs(difference) - 0.5)


@pytest.mark.parametrize("student_channels", [2, 6])
def test_relational_is_the_authors_value(student_channels):
    teacher, student = drawn()[0], drawn(channels=student_channels, seed=3)[1]
    # One pair of equal rows: the mean distance leaves it out.
    student[1] = student[0]
    distance, angle = (huber(a - b) for a, b in zip(relations(teacher), relations(student)))
    loss = relational(teacher, student, distance_weight=25.0, angle_weight=50.0)
    np.testing.assert_allclose(loss, 25 * distance.mean(axis=1) + 50 * angle.mean(axis=(1, 2)), rtol=1e-4)
    np.testing.assert_allclose(np.mean(loss), 25 * distance.mean() + 50 * angle.mean(), rtol=1e-4)


def test_relational_known_value():
    # On a line, distances 1, 2, 3 have mean 2; at the corners of an even triangle all are equal.
    teacher, student = tf.constant([[0.0], [1.0], [3.0]]), tf.constant([[0.0, 0.0], [1.0, 0.0], [0.5, 0.75**0.5]])
    distance = relational(teacher, student, angle_weight=0.0)
    np.testing.assert_allclose(distance, [0.25 / 3, 0.125 / 3, 0.125 / 3], rtol=1e-5)
    # Cosines between the other two, 1/2 in the triangle, are 1, -1 and 1 on the line; each counts twice of nine.
    np.testing.assert_allclose(relational(teacher, student, distance_weight=0.0) / 2, [1 / 36, 2 / 9, 1 / 36], 1e-5)


@pytest.mark.parametrize("weights", [(1.0, 0.0), (0.0, 1.0)], ids=["distance", "angle"])
def test_relational_sees_neither_scale_nor_translation_nor_rotation(weights):
    teacher, student = (flat(feature).astype(np.float32) for feature in drawn())
    distance, angle = weights
    plain = relational(teacher, student, distance_weight=distance, angle_weight=angle)
    for changed in (1e-8 * student, 1e8 * student, student + 5, student @ rotation(24)):
        loss = relational(teacher, changed, distance_weight=distance, angle_weight=angle)
        np.testing.assert_allclose(loss, plain, rtol=1e-3)


def test_similarity_preserving_is_the_papers_value():
    teacher, student = drawn()[0], drawn(channels=6)[1]
    first, second = (flat(feature) @ flat(feature).T for feature in (teacher, student))
    difference = [gram / np.linalg.norm(gram, axis=1, keepdims=True) for gram in (first, second)]
    frobenius = np.linalg.norm(difference[0] - difference[1])
    np.testing.assert_allclose(np.mean(similarity_preserving(teacher, student)), frobenius**2 / 5**2, rtol=1e-4)


def test_similarity_preserving_known_value():
    # Two rows at a right angle against two equal ones: (1, 0) against (1, 1) / sqrt 2.
    loss = similarity_preserving(tf.constant([[2.0, 0.0], [0.0, 2.0]]), tf.constant([[3.0], [3.0]]))
    np.testing.assert_allclose(loss, [1 - 0.5**0.5] * 2, rtol=1e-5)


def test_similarity_preserving_sees_neither_scale_nor_rotation():
    teacher, student = (flat(feature).astype(np.float32) for feature in drawn())
    plain = similarity_preserving(teacher, student)
    for changed in (1e-8 * student, 1e8 * student, student @ rotation(24)):
        np.testing.assert_allclose(similarity_preserving(teacher, changed), plain, rtol=1e-3)


@every_loss
def test_no_student_is_better_than_the_teacher(name):
    teacher, student = drawn()
    np.testing.assert_array_equal(LOSSES[name](teacher, teacher), np.zeros(5))
    assert np.all(LOSSES[name](teacher, student) > 1e-3)


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
    teacher, student = (feature.astype(np.float16) for feature in drawn())
    graph = tf.function(LOSSES[name], input_signature=[tf.TensorSpec((None, 3, 4, 2), tf.float16)] * 2)
    loss = graph(teacher, student)
    assert loss.dtype == tf.float32
    assert loss.shape == (5,)
    np.testing.assert_allclose(loss, LOSSES[name](np.float32(teacher), np.float32(student)), rtol=1e-4)


@every_loss
def test_gradient_is_the_slope(name):
    teacher, student = drawn()
    way = np.random.default_rng(1).normal(size=student.shape).astype(np.float32)
    way /= np.linalg.norm(way)
    variable = tf.Variable(student)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(LOSSES[name](teacher, variable))
    gradient = tape.gradient(loss, variable)
    further, nearer = (np.sum(LOSSES[name](teacher, student + step * way)) for step in (0.05, -0.05))
    # The rounding of the two losses is all that a way nearly level shows.
    tolerance = 1e-3 * np.linalg.norm(gradient)
    np.testing.assert_allclose(np.sum(gradient * way), (further - nearer) / 0.1, rtol=0, atol=tolerance)


@every_loss
@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("size", [0.0, 1e-20, 1e-6, 1.0, 6e4])
def test_gradients_are_finite_at_extremes(name, size, batch):
    teacher, student = (size * feature for feature in drawn(batch))
    same_rows = np.broadcast_to(student[:1], student.shape)
    for start in (student, same_rows, 0 * student, teacher):
        variable = tf.Variable(start)
        with tf.GradientTape() as tape:
            loss = LOSSES[name](teacher, variable)
        assert np.all(np.isfinite(loss))
        assert np.all(np.isfinite(tape.gradient(loss, variable)))
