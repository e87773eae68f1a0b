import numpy as np

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
    steps = runtime.run(student_bytes, stripes.pixels).astype(np.float32)
    top = steps.argmax(axis=1)
    for margin, expected in ((1, 1.0), (5, 0.0)):
        # The Keras model prefers the other class by so many steps, on every example.
        other = np.eye(2)[1 - top] * margin * sign.output_scale
        found = parity(student_bytes, stripes.pixels, other)
        assert found.agreement == 0.0
        assert found.agreement_or_tie == expected
