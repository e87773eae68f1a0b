import hashlib

import pytest

from deploy.budget import Budget
from deploy.cost import CostReport
from deploy.devices.host import Host
from deploy.proof.accuracy import file_accuracy
from deploy.proof.evidence import Evidence
from deploy.proof.parity import Parity
from deploy.proof.prove import prove


@pytest.fixture(scope="module")
def latency(student_bytes):
    return Host(rounds=3, round_seconds=0.005).measure([student_bytes])[0]


def proof_of(model_bytes, stripes, latency, budget, agreement=1.0):
    cost = CostReport(
        macs=1, params=1, size_bytes=len(model_bytes), size_source="measured", peak_ram_bytes=1,
        peak_ram_source="estimated", latency_ms=latency.median_ms, latency_source="measured", device="host",
    )  # fmt: skip
    comparison = (
        None
        if agreement is None
        else Parity(agreement=agreement, agreement_or_tie=agreement, mean_error_steps=0.1, max_error_steps=2.0)
    )
    return prove(
        model_bytes, test=stripes, budget=budget, cost=cost, evidence=Evidence(latency=latency, parity=comparison)
    )


def test_a_good_file_passes_every_check(student_bytes, stripes, latency):
    proof = proof_of(student_bytes, stripes, latency, Budget(size_bytes=len(student_bytes), latency_ms=1e3))
    assert proof.passed
    assert all(check.passed for check in proof.checks)
    assert proof.sha256 == hashlib.sha256(student_bytes).hexdigest()
    assert proof.test_accuracy == file_accuracy(student_bytes, stripes) > 0.9
    assert proof.to_record()["passed"] is True


@pytest.mark.parametrize(
    ("budget", "agreement", "guilty"),
    [(Budget(size_bytes=100), 1.0, "budget"), (Budget(latency_ms=1e-9), 1.0, "budget"), (Budget(), 0.9, "parity")],
)
def test_the_guilty_check_fails_the_proof(student_bytes, stripes, latency, budget, agreement, guilty):
    proof = proof_of(student_bytes, stripes, latency, budget, agreement)
    assert not proof.passed
    assert [check.name for check in proof.checks if check.passed is False] == [guilty]


def test_a_limit_on_an_unknown_figure_fails_and_says_so(student_bytes, stripes):
    proof = prove(
        student_bytes,
        test=stripes,
        budget=Budget(latency_ms=5.0),
        cost=CostReport.unknown("host"),
        evidence=Evidence(latency=None, parity=None),
    )
    (check,) = (check for check in proof.checks if check.passed is False)
    assert (check.name, check.detail) == ("budget", "latency_ms unknown of 5")


def test_parity_that_cannot_be_checked_is_said_and_not_passed(student_bytes, stripes, latency):
    proof = proof_of(student_bytes, stripes, latency, Budget(), agreement=None)
    assert proof.passed
    assert {check.name: check.passed for check in proof.checks}["parity"] is None


def test_a_float_file_fails_where_int8_is_asked_for(stripes, latency):
    import tensorflow as tf
    import tf_keras

    image = tf_keras.Input((8, 8, 1))
    x = tf_keras.layers.Softmax()(tf_keras.layers.Dense(2)(tf_keras.layers.GlobalAveragePooling2D()(image)))
    converter = tf.lite.TFLiteConverter.from_keras_model(tf_keras.Model(image, x))
    proof = proof_of(converter.convert(), stripes, latency, Budget())
    assert {"operators", "dtypes"} <= {check.name for check in proof.checks if check.passed is False}
    (dtypes,) = (check for check in proof.checks if check.name == "dtypes")
    assert dtypes.detail == "weights and activations in float32; int8 asked for"
