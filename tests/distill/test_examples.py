import numpy as np
import pytest

from distill.examples import Examples, Splits, scaled


def test_pixels_are_scaled_in_steps_that_int8_has_exactly():
    assert scaled(np.array([0.0, 128.0, 255.0])).tolist() == [-1.0, 0.0, 127 / 128]


@pytest.mark.parametrize(
    ("pixels", "labels", "message"),
    [
        (np.zeros((2, 8, 8, 1), np.float32), np.zeros(2, np.int64), "float32"),
        (np.zeros((2, 8, 8), np.uint8), np.zeros(2, np.int64), "4 dimensions"),
        (np.zeros((2, 8, 8, 1), np.uint8), np.zeros(3, np.int64), "2 examples"),
        (np.zeros((2, 8, 8, 1), np.uint8), np.array([0, 3]), "3 classes need 0 to 2"),
    ],
)
def test_wrong_examples_are_refused(pixels, labels, message):
    with pytest.raises(ValueError, match=message):
        Examples(pixels=pixels, labels=labels, classes=3)


def examples_of(*labels):
    return Examples(pixels=np.zeros((len(labels), 8, 8, 1), np.uint8), labels=np.array(labels), classes=3)


def test_examples_without_a_label_are_behind_the_others():
    assert (examples_of(0, 2, -1, -1).labelled, examples_of(0, 2).labelled, examples_of(-1).labelled) == (2, 2, 0)
    for labels in ((0, -1, 2), (0, -2)):
        with pytest.raises(ValueError, match="must be behind them|labels run from -2"):
            examples_of(*labels)


def test_what_is_trained_on_labels_or_validated_has_labels():
    labelled, taught = examples_of(0, 2), examples_of(0, 2, -1)
    for parts in (dict(train=taught, validation=labelled), dict(train=labelled, validation=taught)):
        with pytest.raises(ValueError, match=r"1 examples of (train|validation) have no label"):
            Splits(**parts)
    splits = Splits(train=labelled, validation=labelled, taught=taught)
    assert (splits.seen(taught=True), splits.seen(taught=False)) == (taught, labelled)
    assert Splits(train=labelled, validation=labelled).seen(taught=True) is labelled
