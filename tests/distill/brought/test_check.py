from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tf_keras
from sklearn.datasets import load_digits

from distill.brought.check import check_teacher
from distill.brought.open_teacher import open_teacher
from distill.brought.teacher_input import ranged
from distill.errors import TeacherRefused

DIGITS_FILE = str(Path(__file__).parents[2] / "data" / "digits_teacher.onnx")
DIGITS = load_digits()
LABELS = DIGITS.target[:500]
PIXELS = np.round(DIGITS.images[:500] * 255 / 16).astype(np.uint8)[..., None]


@pytest.fixture(scope="module")
def digits():
    return open_teacher(DIGITS_FILE, input_shape=(8, 8, 1), classes=10, features=("pooled",))


def answering(teacher, change):
    """The teacher with its answers changed."""
    return replace(teacher, run=lambda images: {"logits": change(teacher.run(images)["logits"])})


def softmax(logits):
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)


def test_a_fitting_teacher_is_settled_and_reported(digits):
    settled, report = check_teacher(digits, PIXELS, LABELS)
    assert report.accuracy > 0.97
    assert report.input_range == settled.input_range == (0.0, 1.0)
    assert report.outputs == "logits"
    assert set(report.tried) == {"-1 1", "0 1", "0 255"}
    answers = settled(PIXELS.astype(np.float32))
    assert np.mean(answers["logits"].argmax(axis=1) == LABELS) == report.accuracy
    assert answers["pooled"].shape == (500, 64)
    given, again = check_teacher(digits, PIXELS, LABELS, input_range=(0, 1))
    assert again.accuracy == report.accuracy
    assert given.settled_digest == settled.settled_digest


@pytest.mark.parametrize("wrong", [(0, 255), (-1, 1), (-1, 127 / 128)])
def test_a_wrong_range_is_refused_with_the_better_one(digits, wrong):
    with pytest.raises(TeacherRefused, match=r"right on \d+\.\d% .*on 9\d\.\d% .*try --teacher.input-range 0 1$"):
        check_teacher(digits, PIXELS, LABELS, input_range=wrong)
    with pytest.raises(TeacherRefused, match="--teacher.input-range 0 1$"):
        check_teacher(replace(digits, input_range=wrong), PIXELS, LABELS)


def test_an_unusual_range_that_serves_is_taken(digits):
    settled, report = check_teacher(digits, PIXELS, LABELS, input_range=(0, 0.95))
    assert settled.input_range == report.input_range == (0, 0.95)


@pytest.mark.parametrize("usual", [(-1.0, 1.0), (0.0, 1.0), (0.0, 255.0), "imagenet", "caffe"])
def test_each_usual_range_is_found(usual):
    """Two classes, told apart by the mean of the reds in the one range that the teacher knows."""
    rng = np.random.default_rng(0)
    labels = np.arange(100) % 2
    pixels = rng.integers(0, 256, (100, 4, 4, 3), np.uint8)
    pixels[..., 0] = np.where(labels[:, None, None], 75, 60) + rng.integers(0, 9, (100, 4, 4))
    seen = ranged(pixels.astype(np.float32), usual)
    red = 2 if usual == "caffe" else 0
    low, high = (seen[labels == label][..., red].mean() for label in (0, 1))
    image = tf_keras.Input((4, 4, 3))
    model = tf_keras.Model(image, tf_keras.layers.Dense(2)(tf_keras.layers.GlobalAveragePooling2D()(image)))
    slope = 8 / (high - low)
    kernel = np.zeros((3, 2), np.float32)
    kernel[red] = (-slope, slope)
    model.set_weights([kernel, np.array([1, -1], np.float32) * slope * (low + high) / 2])
    settled, report = check_teacher(opened(model, (4, 4, 3), 2), pixels, labels)
    assert report.accuracy == 1
    assert settled.input_range == usual


def opened(model, input_shape, classes):
    """A model of the tests as a teacher."""
    from distill.brought.brought_teacher import BroughtTeacher
    from distill.brought.teacher_input import teacher_input

    return BroughtTeacher(
        digest="",
        description="",
        takes=teacher_input(model.input_shape, "float32", input_shape, channels_first=False),
        outputs=model.output_shape[1],
        classes=classes,
        run=lambda images: {"logits": model(images, training=False).numpy()},
    )


@pytest.mark.parametrize(
    "order", [(3, 1, 4, 0, 5, 9, 2, 6, 8, 7), (1, 2, 3, 4, 5, 6, 7, 8, 9, 0), (0, 1, 2, 3, 4, 5, 6, 7, 9, 8)]
)
def test_permuted_classes_are_refused_with_the_order_that_mends_it(digits, order):
    permuted = answering(digits, lambda logits: logits[:, list(order)])
    with pytest.raises(TeacherRefused, match="another order than the data's: it is right on") as refusal:
        check_teacher(permuted, PIXELS, LABELS)
    mending = tuple(map(int, str(refusal.value).split("--teacher.class-order ")[1].split()))
    assert tuple(np.array(order)[list(mending)]) == tuple(range(10))
    settled, report = check_teacher(permuted, PIXELS, LABELS, class_order=mending)
    assert report.accuracy > 0.97
    pixels = PIXELS.astype(np.float32)
    np.testing.assert_array_equal(settled(pixels)["logits"], digits.raw(pixels, (0, 1))["logits"])


def test_another_number_of_classes_is_refused_with_both_and_an_order(digits):
    few = LABELS < 4
    teacher = replace(digits, classes=4)
    with pytest.raises(TeacherRefused, match="10 outputs, the data have 4 classes.*--teacher.class-order 0 1 2 3$"):
        check_teacher(teacher, PIXELS[few], LABELS[few])
    settled, report = check_teacher(teacher, PIXELS[few], LABELS[few], class_order=(0, 1, 2, 3))
    assert report.accuracy > 0.97
    assert settled(PIXELS[:7].astype(np.float32))["logits"].shape == (7, 4)
    with pytest.raises(TeacherRefused, match="10 outputs, the data have 12 classes: it cannot tell all of them apart"):
        check_teacher(replace(digits, classes=12), PIXELS, LABELS)
    with pytest.raises(TeacherRefused, match="names 3 outputs; allowed: 4"):
        check_teacher(teacher, PIXELS[few], LABELS[few], class_order=(0, 1, 2))


@pytest.mark.parametrize("picked", [None, (0, 1, 2, 3)])
def test_probabilities_become_logits_once_and_for_all(digits, picked):
    teacher = answering(digits, softmax)
    classes = 10 if picked is None else len(picked)
    few = np.isin(LABELS, np.arange(classes))
    teacher = replace(teacher, classes=classes)
    settled, report = check_teacher(teacher, PIXELS[few], LABELS[few], class_order=picked)
    assert report.outputs == "probabilities"
    assert settled.probabilities
    logits = settled(PIXELS.astype(np.float32))["logits"]
    expected = softmax(digits.raw(PIXELS, (0, 1))["logits"])[:, : logits.shape[1]]
    np.testing.assert_allclose(logits, np.log(np.maximum(expected, 1e-7)), atol=1e-5)
    assert logits.min() >= np.log(1e-7) - 1e-5
    # One picture whose logits happen to be in 0..1 is no reason to change one's mind.
    unchanged, _ = check_teacher(digits, PIXELS, LABELS)
    assert not unchanged.probabilities


def test_a_teacher_that_knows_nothing_is_refused(digits):
    rng = np.random.default_rng(0)
    guessing = answering(digits, lambda logits: rng.normal(size=logits.shape).astype(np.float32))
    with pytest.raises(TeacherRefused, match="guessing the commonest class gives 10..%.*Tried the input ranges"):
        check_teacher(guessing, PIXELS, LABELS)


def test_random_weights_of_a_builder_are_refused(tmp_path):
    teacher = open_teacher("tf_keras.applications:MobileNet", input_shape=(32, 32, 1), classes=10)
    pixels = PIXELS[:60].repeat(4, axis=1).repeat(4, axis=2)
    with pytest.raises(TeacherRefused, match="Look at its weights"):
        check_teacher(teacher, pixels, LABELS[:60])


def test_answers_that_are_no_numbers_are_refused(digits):
    with pytest.raises(TeacherRefused, match="not all of the teacher's answers are finite"):
        check_teacher(answering(digits, lambda logits: logits * np.nan), PIXELS, LABELS)
    # As long as the range that is right gives numbers, the others may not.
    fragile = replace(
        digits, run=lambda images: {"logits": digits.run(images)["logits"] * (np.nan if images.max() > 2 else 1)}
    )
    assert check_teacher(fragile, PIXELS, LABELS)[1].accuracy > 0.97


def test_a_range_that_cannot_be_is_refused(digits):
    with pytest.raises(TeacherRefused, match="--teacher.input-range: the input range is imagenet"):
        check_teacher(digits, PIXELS, LABELS, input_range="imagenet")
