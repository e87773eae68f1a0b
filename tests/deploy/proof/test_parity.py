import numpy as np

from deploy.proof.checks import parity_check
from deploy.proof.parity import parity
from deploy.tflite import model_io, runtime


def test_parity_counts_steps(student_bytes, stripes):
    sign = model_io.signature(runtime.load(student_bytes))
    exact = (runtime.run(student_bytes, stripes.pixels).astype(np.float32) - sign.output_zero_point) * sign.output_scale
    assert parity(student_bytes, stripes.pixels, exact).max_error_steps < 1e-3
    off = parity(student_bytes, stripes.pixels, exact - 2 * sign.output_scale)
    assert off.agreement == off.agreement_or_tie == 1.0
    assert 1.5 < off.mean_error_steps <= 2.01


def test_a_class_that_keras_has_close_behind_is_a_tie_and_a_clear_miss_is_not(student_bytes, stripes):
    sign = model_io.signature(runtime.load(student_bytes))
    exact = model_io.logits(runtime.run(student_bytes, stripes.pixels), sign)
    top, count = exact.argmax(axis=1), len(exact)
    missed = np.arange(count) < count // 4
    for margin, expected in ((1, 1.0), (5, 1 - missed.mean())):
        # The Keras model prefers the other class by so many steps, on a quarter of the examples.
        other = np.eye(2)[1 - top] * margin * sign.output_scale + exact.mean(axis=1, keepdims=True)
        found = parity(student_bytes, stripes.pixels, np.where(missed[:, None], other, exact))
        assert found.agreement == 1 - missed.mean()
        assert found.agreement_or_tie == expected


def test_logits_that_have_nothing_to_do_with_the_files_are_no_parity(student_bytes, stripes):
    sign = model_io.signature(runtime.load(student_bytes))
    exact = model_io.logits(runtime.run(student_bytes, stripes.pixels), sign)
    assert parity_check(parity(student_bytes, stripes.pixels, exact)).passed
    # Nearly all classes would be ties within such errors.
    check = parity_check(parity(student_bytes, stripes.pixels, exact[::-1]))
    assert check.passed is False
    assert "of their spread, 15% allowed" in check.detail
