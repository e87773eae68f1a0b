"""The benchmark of a latency's repeatability, on two students."""

import json

from experiments.benchmarks.repeatability import Settings, main


def test_it_measures_and_prints_its_goals(home, capsys):
    main(Settings(students=2, seeds=(0,), json=True))
    record = json.loads(capsys.readouterr().out)
    (only,) = record["rounds"]
    assert only["seed"] == 0
    for name in ("first_ms", "same_call_ms", "other_call_ms"):
        assert len(only[name]) == 2
        assert min(only[name]) > 0
    assert record["median_differences"]["same_call"] <= record["largest_differences"]["same_call"]
    assert [goal["target"] for goal in record["goals"]] == [0.5, 0.05]
