"""Losses: pure, per example. Logits have the shape (batch, classes), results (batch,)."""

import tensorflow as tf


def cross_entropy(labels: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    """Cross-entropy against class numbers of shape (batch,)."""
    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)


def soft_targets(teacher_logits: tf.Tensor, student_logits: tf.Tensor, temperature: float) -> tf.Tensor:
    """Kullback-Leibler divergence from the student's softened distribution to the teacher's, times temperature squared.

    The factor keeps the gradient's size when the temperature changes (Hinton 2015, section 2).
    """
    teacher = tf.nn.log_softmax(teacher_logits / temperature)
    student = tf.nn.log_softmax(student_logits / temperature)
    return temperature**2 * tf.reduce_sum(tf.exp(teacher) * (teacher - student), axis=-1)
