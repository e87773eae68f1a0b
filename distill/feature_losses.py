"""Losses on features: pure, per example, float32 of shape (batch,); the caller takes the mean.

Features are outputs of a layer; float16 is cast to float32 first. The teacher comes before the student. `hints` and
`attention_transfer` judge each example alone. `relational` and `similarity_preserving` compare how the rows of a batch
relate to each other: an example's result depends on its neighbours, a batch does not equal its examples one by one, and
in a batch of one they are 0.
"""

import tensorflow as tf

from distill.losses import paired

# A squared length below it counts as none, so that no gradient divides by zero.
_TINY = 1e-12


def resized_map(teacher_feature: tf.Tensor, student_feature: tf.Tensor) -> tf.Tensor:
    """The student's feature, bilinearly resized to the teacher's height and width, for `hints` and `attention_map`.

    Shapes are (batch, height, width, channels); channels stay the student's. A map more than halved loses some of its
    points: TensorFlow's antialiasing, which would see them all, does not run on a GPU.
    """
    return tf.image.resize(tf.cast(student_feature, tf.float32), tf.shape(teacher_feature)[1:3])


def hints(teacher_feature: tf.Tensor, student_feature: tf.Tensor) -> tf.Tensor:
    """Mean squared difference over all axes but the first (FitNets: Romero 2015, section 2.2, equation 3).

    Shapes must be equal: the caller's 1x1 convolution is the paper's regressor. The paper has half the sum of squares;
    the mean is that but for a constant, and does not grow with the feature.
    """
    teacher, student = paired(
        teacher_feature, student_feature, "resized_map fits height and width, a 1x1 convolution fits channels"
    )
    return tf.reduce_mean(tf.math.squared_difference(teacher, student), axis=list(range(1, teacher.shape.rank)))


def attention_map(feature: tf.Tensor) -> tf.Tensor:
    """Spatial attention of a feature (batch, height, width, channels), of shape (batch, height * width).

    The mean over channels of squares, then divided by its L2 norm (Zagoruyko & Komodakis 2017, section 3.1). It does
    not see the feature's scale, nor the order or number of channels. A feature of zeros makes a map of zeros.
    """
    energy = tf.reduce_mean(_in_scale(feature, axis=[1, 2, 3]) ** 2, axis=-1)
    return tf.math.l2_normalize(_flat(energy), axis=-1, epsilon=_TINY)


def attention_transfer(teacher_map: tf.Tensor, student_map: tf.Tensor) -> tf.Tensor:
    """Mean squared difference of two maps that `attention_map` made (Zagoruyko & Komodakis 2017, equation 2).

    The paper has the norm of the difference; the authors' code, followed here, has the mean of its squares, which is
    small: their weight is 1000.
    """
    teacher, student = paired(teacher_map, student_map, "resize the student's feature with resized_map before its map")
    return tf.reduce_mean(tf.math.squared_difference(teacher, student), axis=-1)


def relational(
    teacher_feature: tf.Tensor,
    student_feature: tf.Tensor,
    *,
    distance_weight: float = 1.0,
    angle_weight: float = 2.0,
) -> tf.Tensor:
    """Relational distillation, RKD: distances and angles between the rows of a batch (Park 2019, section 3.2).

    Features are flattened to (batch, dims); dims may differ between the two. Distances between two rows are divided by
    the mean of those above 0; angles are the cosine at one row between two others; both are compared by the Huber loss
    with delta 1. Row i gets the mean over the pairs that begin at i, and over the triplets with their corner at i; the
    mean over rows is what the authors' code returns. The ratio of the weights is the paper's; for classification it
    has 25 and 50.

    Depends on the batch: it sees neither scale nor translation nor rotation of a batch's features. Rows nearer to each
    other than a millionth of the greatest value count as equal. Takes memory for batch^2 dims and batch^3 values.
    """
    teacher_distances, teacher_angles = _relations(teacher_feature)
    student_distances, student_angles = _relations(student_feature)
    distance = tf.reduce_mean(_huber(teacher_distances, student_distances), axis=1)
    angle = tf.reduce_mean(_huber(teacher_angles, student_angles), axis=[1, 2])
    return distance_weight * distance + angle_weight * angle


def similarity_preserving(teacher_feature: tf.Tensor, student_feature: tf.Tensor) -> tf.Tensor:
    """Squared differences of the similarities within the batch (Tung & Mori 2019, section 3).

    Features are flattened to (batch, dims); dims may differ between the two. Similarities are the rows of the Gram
    matrix, each over its norm. Row i gets the mean of its squared differences, so that the mean over rows is the
    paper's: the squared Frobenius norm over batch^2. Depends on the batch: it sees neither the scale nor a rotation of
    a batch's features.
    """
    teacher, student = paired(_similarities(teacher_feature), _similarities(student_feature))
    return tf.reduce_mean(tf.math.squared_difference(teacher, student), axis=-1)


def _relations(feature):
    """Distances (batch, batch) over their mean, and cosines (batch, batch, batch), the corner first."""
    rows = _in_scale(_flat(feature), axis=[0, 1])
    steps = rows[None] - rows[:, None]
    squares = tf.reduce_sum(steps**2, axis=-1)
    # The root's slope has no bound at 0, so equal rows must not reach it.
    distances = tf.where(squares > _TINY, tf.sqrt(tf.maximum(squares, _TINY)), 0.0)
    apart = tf.reduce_sum(tf.cast(distances > 0, tf.float32))
    mean = tf.math.divide_no_nan(tf.reduce_sum(distances), apart)
    directions = tf.math.l2_normalize(steps, axis=-1, epsilon=_TINY)
    return tf.math.divide_no_nan(distances, mean), tf.matmul(directions, directions, transpose_b=True)


def _similarities(feature):
    rows = _in_scale(_flat(feature), axis=[0, 1])
    return tf.math.l2_normalize(tf.matmul(rows, rows, transpose_b=True), axis=-1, epsilon=_TINY)


def _huber(teacher, student):
    teacher, student = paired(teacher, student)
    size = tf.abs(teacher - student)
    return tf.where(size < 1, size**2 / 2, size - 0.5)


def _in_scale(feature, axis):
    """Divided by the greatest magnitude, so that squares neither overflow nor vanish.

    Only for functions that do not depend on scale: the gradient through the divisor is 0 there, and stopping it changes
    nothing.
    """
    feature = tf.cast(feature, tf.float32)
    greatest = tf.reduce_max(tf.abs(feature), axis, keepdims=True)
    return feature / tf.stop_gradient(tf.maximum(greatest, _TINY))


def _flat(feature):
    return tf.reshape(feature, [tf.shape(feature)[0], -1])
