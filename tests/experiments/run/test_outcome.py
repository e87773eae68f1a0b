import json
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.devices.latency import Latency, Provenance
from experiments.run.outcome import FileScore, Finalist, Outcome

LATENCY = Latency(
    median_ms=0.5, spread_ms=0.0, first_ms=1.0, warm_up_ms=0.6, runs=10, date="2026-11-27T13:31:03+00:00",
    provenance=Provenance(
        device="host", kind="host", processor="CPU", runtime="LiteRT 2.3.0", delegate="XNNPACK", threads=1
    ),
)  # fmt: skip
FINALIST = Finalist(
    name="3-int8",
    trial="07", run_id="abc", compression="int8", validation_accuracy=0.9, drop=0.1, test_accuracy=0.8,
    size_bytes=9_000, gzip_bytes=7_000, latency_ms=0.5, latency_source="measured", latency=LATENCY, macs=1_000,
    device="host", sparsity=0.1, sha256="00", proven=False, failed_checks=("budget",), genotype="stem 8",
)  # fmt: skip
PROVEN = replace(FINALIST, trial="03", proven=True, failed_checks=(), latency=None, latency_source="estimated")
OUTCOME = Outcome(experiment="tiny", run_id="xyz", finalists=(FINALIST, PROVEN), trials=4, seconds=1.5)


def through_json(record):
    return json.loads(json.dumps(record))


@pytest.mark.parametrize("finalist", [FINALIST, PROVEN])
def test_a_finalist_comes_back_from_json(finalist):
    assert Finalist.from_record(through_json({"kind": "finalist", **finalist.to_record()})) == finalist


def test_a_finalist_of_an_earlier_version_is_named_as_its_trial():
    record = {name: value for name, value in FINALIST.to_record().items() if name != "name"}
    assert Finalist.from_record(record).name == "07"


def test_a_score_comes_back_from_json():
    score = FileScore(trial="1", file_validation_accuracy=0.5, size_bytes=1, latency_ms=0.1, keeps_budget=True)
    assert FileScore.from_record(through_json(score.to_record())) == score


@pytest.mark.parametrize("outcome", [OUTCOME, replace(OUTCOME, already_finished=True, folder=Path("/runs/tiny-1"))])
def test_an_outcome_comes_back_from_json(outcome):
    assert Outcome.from_record(through_json(outcome.to_record())) == outcome


def test_the_winner_is_of_the_proven_ones_and_json_names_kinds_as_journals_do():
    record = OUTCOME.to_record()
    assert OUTCOME.winner == PROVEN
    assert record["winner"] == record["finalists"][1] == {"kind": "finalist", **PROVEN.to_record()}
    assert "baselines" not in record
    assert "folder" not in record
