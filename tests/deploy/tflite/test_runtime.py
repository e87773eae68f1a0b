import contextlib
import random

import numpy as np
import pytest

from deploy.errors import FileRefused
from deploy.tflite import runtime


def test_outputs_of_a_batch_equal_those_of_single_examples(student_bytes, stripes):
    together = runtime.run(student_bytes, stripes.pixels[:9])
    alone = np.concatenate([runtime.run(student_bytes, stripes.pixels[i : i + 1]) for i in range(9)])
    np.testing.assert_array_equal(together, alone)
    assert together.dtype == np.int8


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 a zip", b"\x00" * 100])
def test_bytes_that_are_no_model_are_refused(content):
    with pytest.raises(FileRefused, match=r"not a \.tflite"):
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
        with contextlib.suppress(FileRefused):
            runtime.load(bytes(damaged))


def test_inputs_of_another_shape_are_refused_with_both_shapes(student_bytes):
    with pytest.raises(FileRefused, match=r"\(8, 8, 1\).*\(28, 28, 1\)"):
        runtime.run(student_bytes, np.zeros((1, 28, 28, 1), np.uint8))
