import numpy as np
import pytest

from deploy.tflite import model_io, runtime
from distill.examples import SCALED_RANGE


def test_signature_is_full_int8(student_bytes):
    sign = model_io.signature(runtime.load(student_bytes))
    assert (sign.input_shape, sign.output_shape) == ((1, 8, 8, 1), (1, 2))
    assert (sign.input_dtype, sign.output_dtype) == ("int8", "int8")


@pytest.mark.parametrize(
    ("scale", "zero_point", "expected"),
    [
        (1 / 128, 0, (-1, 127 / 128)),
        (1 / 127.5, -1, (-1, 1)),
        (0.0076, -3, (-1, 127 / 128)),
        (1 / 255, -128, (0, 1)),
        (1.0, -128, (0, 255)),
    ],
)
def test_pixels_of_files_from_elsewhere_are_scaled_as_their_input_spans(scale, zero_point, expected):
    sign = model_io.Signature(
        input_shape=(1, 2, 2, 1), input_dtype="int8", input_scale=scale, input_zero_point=zero_point,
        output_shape=(1, 2), output_dtype="int8", output_scale=1.0, output_zero_point=0,
    )  # fmt: skip
    assert model_io.pixel_range(sign) == expected
    # Whatever the range, 0 and 255 reach the ends of int8 within the rounding of the range.
    steps = model_io.prepared(np.array([0, 255], np.uint8), sign)
    np.testing.assert_allclose(steps, [-128, 127], atol=6)


def test_the_range_of_students_is_that_of_training():
    assert model_io.STUDENT_RANGE == SCALED_RANGE
