import numpy as np
import pytest

from distill.examples import Examples, scaled


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
