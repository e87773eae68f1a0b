import numpy as np
import pytest

from deploy.proof.confidence import expected_calibration_error


def test_confidence_that_is_right_has_no_error_and_boasting_has():
    rng = np.random.default_rng(0)
    confidence, labels = 0.8, (rng.uniform(size=20_000) > 0.8).astype(int)
    logits = np.tile([np.log(confidence / (1 - confidence)), 0.0], (len(labels), 1))
    assert expected_calibration_error(logits, labels) < 0.01
    assert expected_calibration_error(20 * logits, labels) == pytest.approx(0.2, abs=0.01)
