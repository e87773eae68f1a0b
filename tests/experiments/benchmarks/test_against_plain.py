"""The benchmark against what a user would do instead, on one short arm."""

import json

import pytest

from experiments.benchmarks.against_plain import Settings, main


@pytest.mark.slow
def test_a_finished_arm_is_kept_and_measured_again(home, capsys, tmp_path):
    settings = Settings(hours=0.006, data="digits", arms=("plain",), folder=tmp_path, json=True)
    main(settings)
    record = json.loads(capsys.readouterr().out)
    (arm,) = record["arms"]
    assert arm["arm"] == "plain"
    assert arm["test_accuracy"] > 0.3
    main(settings)
    again = json.loads(capsys.readouterr().out)["arms"][0]
    assert {**again, "latency_ms": 0} == {**arm, "latency_ms": 0}


@pytest.mark.slow
def test_a_killed_arm_goes_on_where_it_was(home, capsys, tmp_path):
    (tmp_path / "plain-clock.json").write_text('{"seconds": 100}')
    main(Settings(hours=0.006, data="digits", arms=("plain",), folder=tmp_path, json=True))
    assert json.loads(capsys.readouterr().out)["arms"][0]["seconds"] > 100
