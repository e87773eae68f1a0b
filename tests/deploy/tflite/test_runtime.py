import contextlib
import random

import numpy as np
import pytest

from deploy.tflite import runtime


def test_outputs_of_a_batch_equal_those_of_single_examples(student_bytes, stripes):
    together = runtime.run(student_bytes, stripes.pixels[:9])
    alone = np.concatenate([runtime.run(student_bytes, stripes.pixels[i : i + 1]) for i in range(9)])
    np.testing.assert_array_equal(together, alone)
    assert together.dtype == np.int8


def test_signature_is_full_int8(student_bytes):
    sign = runtime.signature(runtime.load(student_bytes))
    assert (sign.input_shape, sign.output_shape) == ((1, 8, 8, 1), (1, 2))
    assert (sign.input_dtype, sign.output_dtype) == ("int8", "int8")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 a zip", b"\x00" * 100])
def test_bytes_that_are_no_model_are_refused(content):
    with pytest.raises(runtime.FileRefused, match=r"not a \.tflite"):
        runtime.load(content)


def test_cut_and_changed_files_are_refused_or_run_but_never_crash(student_bytes):
    rng = random.Random(0)
    for _ in range(40):
        damaged = bytearray(student_bytes)
        if rng.random() < 0.5:
            damaged = damaged[: rng.randrange(8, len(damaged))]
        else:
            for _ in range(8):
                damaged[rng.randrange(200)] = rng.randrange(256)
        with contextlib.suppress(runtime.FileRefused):
            runtime.load(bytes(damaged))


def test_inputs_of_another_shape_are_refused_with_both_shapes(student_bytes):
    with pytest.raises(runtime.FileRefused, match=r"\(8, 8, 1\).*\(28, 28, 1\)"):
        runtime.run(student_bytes, np.zeros((1, 28, 28, 1), np.uint8))


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
    sign = runtime.Signature(
        input_shape=(1, 2, 2, 1), input_dtype="int8", input_scale=scale, input_zero_point=zero_point,
        output_shape=(1, 2), output_dtype="int8", output_scale=1.0, output_zero_point=0,
    )  # fmt: skip
    assert runtime.pixel_range(sign) == expected
    # Whatever the range, 0 and 255 reach the ends of int8 within the rounding of the range.
    steps = runtime.prepared(np.array([0, 255], np.uint8), sign)
    np.testing.assert_allclose(steps, [-128, 127], atol=6)
