"""Losses on logits: pure, per example, float32 of shape (batch,); the caller takes the mean.

Logits have the shape (batch, classes); float16 is cast to float32 first. The teacher comes before the student, as in
keras.distillation's `compute_loss`. Most losses judge each example alone. `dist` and `multi_level` also relate the rows
of a batch: there an example's result depends on its neighbours, so a batch does not equal its examples one by one, and
the batch size belongs to the recipe.
"""

from collections.abc import Sequence

import tensorflow as tf


def cross_entropy(labels: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    """Cross-entropy against shares of shape (batch, classes) that sum to 1: one-hot, mixed or smoothed labels.

    It is 0, and so is its gradient, for rows of zeros, which are no label.
    """
    labels, logits = paired(labels, logits, "tf.one_hot makes shares of class numbers")
    # TensorFlow's own gradient takes for granted that shares sum to 1.
    return tf.where(has_label(labels), tf.nn.softmax_cross_entropy_with_logits(labels, logits), 0.0)


def has_label(labels: tf.Tensor) -> tf.Tensor:
    """True for shares of shape (batch, classes) that sum to 1, False for rows of zeros: bool of shape (batch,)."""
    return tf.reduce_sum(labels, axis=-1) > 0.5


def smoothed(labels: tf.Tensor, smoothing: float) -> tf.Tensor:
    """Labels of shape (batch, classes) of which `smoothing` (0 to 1) is spread evenly (Szegedy 2016, section 7).

    Rows of zeros, which are no label, stay zeros.
    """
    labels = tf.cast(labels, tf.float32)
    spread = smoothing / tf.cast(tf.shape(labels)[-1], tf.float32)
    return (1 - smoothing) * labels + spread * tf.cast(has_label(labels), tf.float32)[:, None]


def standardized(logits: tf.Tensor) -> tf.Tensor:
    """Z-scores of each row, shape kept: mean 0, standard deviation 1 (Sun 2024, section 4, algorithm 1).

    As input of another loss in place of both logits, they let the student match the order and the relations of the
    teacher's logits, not their range. The deviation divides by classes; the authors' code divides by classes - 1. One
    below 0.001 counts as 0.001: equal logits become zeros, and their gradient is at most a thousandfold.
    """
    logits = tf.cast(logits, tf.float32)
    centred = logits - tf.reduce_mean(logits, axis=-1, keepdims=True)
    variance = tf.reduce_mean(centred**2, axis=-1, keepdims=True)
    return centred * tf.math.rsqrt(tf.maximum(variance, 1e-6))


def soft_targets(teacher_logits: tf.Tensor, student_logits: tf.Tensor, temperature: float = 3.0) -> tf.Tensor:
    """Kullback-Leibler divergence from the student's softened distribution to the teacher's, times temperature squared.

    The factor keeps the gradient's size when the temperature changes (Hinton 2015, section 2).
    """
    teacher, student = paired(teacher_logits, student_logits)
    return temperature**2 * _divergence(teacher / temperature, student / temperature)


def decoupled(
    teacher_logits: tf.Tensor,
    student_logits: tf.Tensor,
    labels: tf.Tensor,
    temperature: float = 3.0,
    *,
    alpha: float = 1.0,
    beta: float = 8.0,
) -> tf.Tensor:
    """Decoupled distillation, DKD: alpha TCKD + beta NCKD, times temperature squared (Zhao 2022, section 3.3).

    TCKD is the divergence of (target, all others), NCKD that among the others alone. `soft_targets` is TCKD +
    (1 - teacher's target share) NCKD (section 3.1): it mutes NCKD where the teacher is sure. The target is the greatest
    of the labels, shape (batch, classes), so of a mixed label the greater part, and of a row of zeros, which is no
    label, the teacher's greatest. With two classes NCKD is 0. The paper has alpha 1, beta 8 and temperature 4 for
    CIFAR-100; the authors raise the loss's weight over the first epochs, which is the caller's to do.
    """
    teacher, student = paired(teacher_logits, student_logits)
    labels, student = paired(labels, student, "tf.one_hot makes shares of class numbers")
    shares = tf.where(has_label(labels)[:, None], labels, teacher)
    target = tf.one_hot(tf.argmax(shares, axis=-1), tf.shape(labels)[-1], on_value=True, off_value=False)

    def split(logits):
        # The two shares and the others' shares stay logits, for a divergence that never takes the log of a share.
        others = tf.where(target, -1e30, logits / temperature)
        at_target = tf.reduce_sum(tf.where(target, logits / temperature, 0.0), axis=-1)
        return tf.stack([at_target, tf.reduce_logsumexp(others, axis=-1)], axis=-1), others

    (teacher_split, teacher_others), (student_split, student_others) = split(teacher), split(student)
    target_class = _divergence(teacher_split, student_split)
    other_classes = _divergence(teacher_others, student_others)
    return temperature**2 * (alpha * target_class + beta * other_classes)


def dist(
    teacher_logits: tf.Tensor,
    student_logits: tf.Tensor,
    temperature: float = 3.0,
    *,
    inter_weight: float = 1.0,
    intra_weight: float = 1.0,
) -> tf.Tensor:
    """DIST: 1 - Pearson correlation of the softened shares, times temperature squared (Huang 2022, section 4).

    Inter-class: across the classes of a row. Intra-class: across the rows of the batch, for each class; its mean over
    classes is the same for every row. That term depends on the batch, and is 0 in a batch of one. With two classes
    a row's correlation is 1 or -1, and only the intra-class term has a gradient.

    The weights are the authors' beta and gamma, 1 in their code. Their code multiplies by temperature squared, the
    pseudocode in the paper's appendix A.1 does not (hunto/image_classification_sota, issue 19).
    """
    teacher, student = paired(teacher_logits, student_logits)
    teacher, student = tf.nn.softmax(teacher / temperature), tf.nn.softmax(student / temperature)
    inter = correlation_distance(teacher, student, axis=-1)
    intra = tf.reduce_mean(correlation_distance(teacher, student, axis=0))
    return temperature**2 * (inter_weight * inter + intra_weight * intra)


def correlation_distance(first: tf.Tensor, second: tf.Tensor, axis: int) -> tf.Tensor:
    """1 - Pearson correlation along an axis: 0 to 2, the same after a positive scale and a shift of either.

    It is half the squared distance of the centred unit vectors: exact near 0, and 0 where neither varies; where one
    alone is constant, 1/2. A norm below 1e-4 counts as that (the authors add 1e-8 to the product of both norms).
    """

    def unit(values):
        return tf.math.l2_normalize(values - tf.reduce_mean(values, axis, keepdims=True), axis, epsilon=1e-8)

    first, second = paired(first, second)
    return tf.reduce_sum(tf.math.squared_difference(unit(first), unit(second)), axis) / 2


def multi_level(
    teacher_logits: tf.Tensor,
    student_logits: tf.Tensor,
    temperature: float = 3.0,
    *,
    batch_weight: float = 1.0,
    class_weight: float = 1.0,
    multiples: Sequence[float] = (0.5, 0.75, 1.0, 1.25, 1.5),
) -> tf.Tensor:
    """Multi-level logit distillation: instance, batch and class level, summed over temperatures (Jin 2023, section 3).

    Instance: `soft_targets`. Batch: squared differences of the rows' Gram matrix (shares times their transpose), of
    which a row gets its part. Class: those of the classes' Gram matrix, over classes, the same for every row; it
    grows with the square of the batch size. Both depend on the batch.

    The temperatures are multiples of `temperature`: the paper's 2, 3, 4, 5 and 6 at 4, and positive at any. Five of
    them make a loss about five times that of `soft_targets`. The authors' code also multiplies its terms by the share
    of unsure rows or classes, a constant near 1/2, which is left out.
    """
    teacher, student = paired(teacher_logits, student_logits)
    terms = []
    for warmth in (temperature * multiple for multiple in multiples):
        first, second = tf.nn.softmax(teacher / warmth), tf.nn.softmax(student / warmth)
        rows = tf.matmul(first, first, transpose_b=True) - tf.matmul(second, second, transpose_b=True)
        classes = tf.matmul(first, first, transpose_a=True) - tf.matmul(second, second, transpose_a=True)
        batch_level = batch_weight * tf.reduce_sum(rows**2, axis=-1)
        class_level = class_weight * tf.reduce_mean(tf.reduce_sum(classes**2, axis=-1))
        terms.append(soft_targets(teacher, student, warmth) + batch_level + class_level)
    return tf.add_n(terms)


def paired(
    first: tf.Tensor, second: tf.Tensor, advice: str = "give both for the same examples and classes"
) -> tuple[tf.Tensor, tf.Tensor]:
    """Both as float32. ValueError when their shapes differ, which TensorFlow would broadcast to a wrong loss."""
    first, second = tf.cast(first, tf.float32), tf.cast(second, tf.float32)
    if not first.shape.is_compatible_with(second.shape):
        raise ValueError(f"Shapes {first.shape} and {second.shape} differ, but must be the same: {advice}.")
    return first, second


def _divergence(teacher_logits, student_logits):
    teacher, student = tf.nn.log_softmax(teacher_logits), tf.nn.log_softmax(student_logits)
    return tf.reduce_sum(tf.exp(teacher) * (teacher - student), axis=-1)
