"""Attempts are kept, measured once, and judged by the goal of today."""

from dataclasses import replace

import numpy as np
import pytest
import tf_keras

from deploy.budget import Budget
from deploy.compress.compression import parsed
from deploy.compress.ladder import Goal
from deploy.compress.steps import Training
from deploy.cost import CostReport
from deploy.devices.host import Host
from deploy.surgery.flat import ModelRefused
from distill.divergence import TrainingDiverged
from distill.examples import SCALED_RANGE
from distill.train import accuracy
from experiments.deploying.compressing import Compressing
from experiments.deploying.model_inputs import representative_of
from search.build import build
from search.genotype import Genotype, Stage

GENOTYPE = Genotype(
    input_shape=(8, 8, 1), classes=2, stem_width=32, stem_kernel=3, stem_stride=1,
    stages=(Stage(block="dense", width=32, depth=1, kernel=3, expansion=1, stride=1, residual=False),),
)  # fmt: skip


@pytest.fixture
def compressing(stripes, tmp_path):
    model = build(GENOTYPE, seed=0)
    cost = CostReport(
        macs=1, params=1, size_bytes=1, size_source="estimated", peak_ram_bytes=1, peak_ram_source="estimated",
        latency_ms=1.0, latency_source="estimated", device="host",
    )  # fmt: skip

    def training(compression):
        def finetune(model, phase, callbacks, share):
            raise TrainingDiverged("NaN in step 3")

        return Training(finetune=finetune, pruning_steps=1)

    return Compressing(
        model=model,
        accuracy=accuracy(model, stripes),
        cost=cost,
        described=lambda file: file,
        representative=representative_of(stripes, SCALED_RANGE),
        training=training,
        validation=stripes,
        goal=Goal(max_drop=100, budget=Budget()),
        device=Host(rounds=2, round_seconds=0.005),
        folder=tmp_path,
    )


def test_an_attempt_is_made_once_and_again_when_its_file_was_changed(compressing):
    heard = []
    first = compressing.attempt(parsed("int8"))
    again = replace(compressing, on_attempt=heard.append)
    assert again.attempt(parsed("int8")) == first == again.attempt(parsed("int8"))
    assert heard == [first]
    cost = compressing.cost_of(first)
    assert (cost.size_bytes, cost.macs, cost.latency_source) == (len(compressing.file(first)), first.macs, "measured")
    (compressing.folder / "int8" / "model.tflite").write_bytes(b"other")
    assert len(compressing.file(replace(compressing).attempt(parsed("int8")))) == first.size_bytes


def test_evidence_is_that_of_the_file(compressing, stripes):
    attempt = compressing.attempt(parsed("int8"))
    evidence = compressing.evidence(attempt)
    assert evidence.parity.agreement_or_tie >= 0.99
    assert evidence.latency.median_ms == attempt.latency_ms
    assert evidence.layers[-1].operator == "FULLY_CONNECTED"


def test_limits_are_those_of_the_goal_whenever_it_was_made(compressing):
    size_bytes = compressing.attempt(parsed("int8")).size_bytes
    tight = replace(compressing, goal=Goal(max_drop=0, budget=Budget(size_bytes=size_bytes - 1), gzip_bytes=10))
    assert tight.attempt(parsed("int8")).broken == ("size_bytes", "gzip_bytes")


def test_a_training_that_diverges_and_a_step_that_cannot_be_taken_are_told_and_end_nothing(compressing):
    assert "NaN in step 3" in compressing.attempt(parsed("int8, trained")).refused
    assert "0 whose input and output" in compressing.attempt(parsed("blocks 1, int8")).refused
    with pytest.raises(ModelRefused, match="0 whose input and output"):
        compressing.climb(("blocks 1, int8",))
    chosen, tried = replace(compressing, goal=Goal(max_drop=-100, budget=Budget())).climb()
    assert chosen.compression in ("int8", "ranges mse, int8")
    assert [each.compression for each in tried] == ["int8", "ranges mse, int8", "int8, trained"]


def test_without_candidates_more_is_taken_out_only_where_int8_is_over_a_limit(compressing):
    size_bytes = compressing.attempt(parsed("int8")).size_bytes
    small = replace(compressing, goal=Goal(max_drop=100, budget=Budget(size_bytes=int(0.8 * size_bytes))))
    chosen, tried = small.climb()
    assert chosen.size_bytes <= 0.8 * size_bytes
    assert chosen.compression == tried[-1].compression != "int8"
    tf_keras.backend.clear_session()


def test_representative_examples_are_the_same_each_time_and_of_both_classes(stripes):
    one, other = (representative_of(stripes, SCALED_RANGE, 40) for _ in range(2))
    np.testing.assert_array_equal(one.inputs, other.inputs)
    assert len(one.labels) == 40
    assert set(one.labels) == {0, 1}
    assert one.inputs.min() >= -1
    assert one.inputs.max() < 1
